import { expect, test } from "@jest/globals";
import { partition } from "../../environments/partition";

test.each([
  ["ap-northeast-1", "aws", "amazonaws.com"],
  ["us-gov-west-1", "aws-us-gov", "amazonaws.com"],
  ["cn-north-1", "aws-cn", "amazonaws.com.cn"],
])("places %s in the partition %s", (region, name, domain) => {
  expect(partition(region)).toEqual({ name, domain });
});
