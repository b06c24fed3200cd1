import { expect, test } from "@jest/globals";
import {
  gatewayLogGroup,
  lambdaLogGroup,
  physicalName,
  repositoryName,
  repositoryUrl,
  stackNames,
  stateBucket,
  stateKey,
} from "../../environments/names";
import { staging } from "../../environments/staging";

const placed = { ...staging, account: "123456789012" };

test("names a thing after the project and its environment", () => {
  expect(physicalName(staging, "posts")).toBe("blogapp-staging-posts");
});

test("names a log group after what writes to it", () => {
  expect(lambdaLogGroup(physicalName(staging, "websocket-connect"))).toBe(
    "/aws/lambda/blogapp-staging-websocket-connect",
  );
  expect(gatewayLogGroup(physicalName(staging, "http-api"))).toBe("/aws/apigateway/blogapp-staging-http-api");
});

test("locates the repository by account and region, in China under another domain", () => {
  expect(repositoryName(placed)).toBe("blogapp-staging-api");
  expect(repositoryUrl(placed)).toBe("123456789012.dkr.ecr.ap-northeast-1.amazonaws.com/blogapp-staging-api");
  expect(repositoryUrl({ ...placed, region: "cn-north-1" })).toBe(
    "123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/blogapp-staging-api",
  );
});

test("keeps the states of an account in one bucket, a key for each stack", () => {
  expect(stateBucket(placed)).toBe("blogapp-terraform-state-123456789012");
  expect(Object.values(stackNames(placed)).map((stack) => stateKey(placed, stack))).toEqual([
    "blogapp/staging/staging.tfstate",
    "blogapp/staging/staging-ecr.tfstate",
  ]);
});
