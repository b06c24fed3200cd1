import { expect, test } from "@jest/globals";
import { partition } from "../../environments/region";
import { stagingProblems } from "./problem-lines";

const notRegion = 'is not an AWS region; write one such as "ap-northeast-1" or "eu-west-1"';

test.each([
  ["ap-northeast-1", "aws", "amazonaws.com"],
  ["us-gov-west-1", "aws-us-gov", "amazonaws.com"],
  ["cn-north-1", "aws-cn", "amazonaws.com.cn"],
])("places %s in the partition %s", (region, name, domain) => {
  expect(partition(region)).toEqual({ name, domain });
});

test.each<[string, Record<string, unknown>, string]>([
  ["a region with a typing mistake", { region: "ap-northest-1" }, `region: "ap-northest-1" ${notRegion}`],
  ["an availability zone", { region: "ap-northeast-1a" }, `region: "ap-northeast-1a" ${notRegion}`],
  [
    "a region without Function URLs",
    { region: "eu-south-2" },
    'region: "eu-south-2" has no Lambda Function URLs, through which the API is called; choose another region',
  ],
  ["a region that nobody has", { region: "xx-west-1" }, `region: "xx-west-1" ${notRegion}`],
])("refuses %s", (_, change, line) => {
  expect(stagingProblems(change)).toEqual([`staging.${line}`]);
});
