import { describe, expect, test } from "@jest/globals";
import {
  gatewayLogGroup,
  LONGEST_THING,
  lambdaLogGroup,
  physicalName,
  prefixMistake,
  repositoryName,
  repositoryUrl,
  stackNames,
  stateBucket,
  stateKey,
} from "../../environments/names";
import { staging } from "../../environments/staging";
import { problemLines } from "./problem-lines";

const placed = { ...staging, account: "122246789012" };

test("names a thing after the project and its environment", () => {
  expect(physicalName(staging, "posts")).toBe("blogapp-staging-posts");
});

describe("the name of a thing", () => {
  test("may have as many characters as every environment's name leaves room for, and no more", () => {
    const longest = "a".repeat(LONGEST_THING);
    expect(physicalName(staging, longest)).toBe(`blogapp-staging-${longest}`);
    expect(() => physicalName(staging, `${longest}a`)).toThrow(
      new Error(`The name "${longest}a" of a thing in staging has 31 characters; shorten it to 30.`),
    );
  });

  test.each(["", "Posts", "web_socket", "a--b", "a-", "-a", "a/b", "1st", "é", "posts "])("is not %j", (thing) => {
    expect(() => physicalName(staging, thing)).toThrow(
      new Error(
        `The name ${JSON.stringify(thing)} of a thing in staging is not lower-case letters, digits and single hyphens, starting with a letter; write one such as "posts".`,
      ),
    );
  });
});

test("names a log group after what writes to it", () => {
  expect(lambdaLogGroup(physicalName(staging, "websocket-connect"))).toBe(
    "/aws/lambda/blogapp-staging-websocket-connect",
  );
  expect(gatewayLogGroup(physicalName(staging, "http-api"))).toBe("/aws/apigateway/blogapp-staging-http-api");
});

test("locates the repository by account and region, in China under another domain", () => {
  expect(repositoryName(placed)).toBe("blogapp-staging-api");
  expect(repositoryUrl(placed)).toBe("122246789012.dkr.ecr.ap-northeast-1.amazonaws.com/blogapp-staging-api");
  expect(repositoryUrl({ ...placed, region: "cn-north-1" })).toBe(
    "122246789012.dkr.ecr.cn-north-1.amazonaws.com.cn/blogapp-staging-api",
  );
});

test("keeps the states of an account and region in one bucket, a key for each stack", () => {
  expect(stateBucket(placed)).toBe("blogapp-tfstate-122246789012-ap-northeast-1");
  expect(stateBucket({ ...placed, region: "eu-west-1" })).toBe("blogapp-tfstate-122246789012-eu-west-1");
  expect(Object.values(stackNames(placed)).map((stack) => stateKey(placed, stack))).toEqual([
    "blogapp/staging/staging.tfstate",
    "blogapp/staging/staging-ecr.tfstate",
  ]);
});

describe("an environment's name", () => {
  const alphabet =
    'is not lower-case letters, digits and single hyphens, starting with a letter; write a name such as "staging"';

  test.each(["", "Staging", "1st", "a--b", "a-", "-a", "a_b", "a.b", "a b", "$default", "../a", "é", "__proto__"])(
    "refuses %j",
    (name) => {
      expect(problemLines([{ ...staging, name }])).toEqual([
        `environments[0].name: ${JSON.stringify(name)} ${alphabet}`,
      ]);
    },
  );

  test("refuses a name that is another environment's repository stack", () => {
    expect(problemLines([staging, { ...staging, name: "staging-ecr" }])).toEqual([
      'staging-ecr.name: "staging-ecr" is the name of the repository stack of an environment staging; choose another ending than -ecr',
      'environments[1].name: "staging-ecr" makes a second stack staging-ecr, which environments[0] has already; choose another name',
    ]);
  });

  test("accepts the longest name with which every physical name fits, and no longer one", () => {
    const longest = "a".repeat(64 - "blogapp--".length - LONGEST_THING);
    expect(problemLines([{ ...staging, name: longest }])).toEqual([]);
    expect(physicalName({ name: longest }, "a".repeat(LONGEST_THING))).toHaveLength(64);
    expect(problemLines([{ ...staging, name: `${longest}a` }])).toEqual([
      `${longest}a.name: "${longest}a" makes names of up to 65 characters (Lambda function), 1 more than AWS allows; shorten it, or the prefix in environments/project.ts`,
    ]);
  });
});

describe("the project's prefix", () => {
  test("accepts what the name of the state bucket has room for", () => {
    expect(prefixMistake("a".repeat(23))).toBeUndefined();
    expect(prefixMistake("a".repeat(24))).toBe(
      "is longer than 23 characters; the name of the state bucket starts with it",
    );
  });

  test("is not what the names of CI's roles begin with", () => {
    expect(prefixMistake("terrace")).toBe("is what the names of CI's roles begin with; write another prefix");
  });

  test.each(["", "Blogapp", "blog_app", "blog--app", "7blog"])("refuses %j", (value) => {
    expect(prefixMistake(value)).toBe(
      'is not lower-case letters, digits and single hyphens, starting with a letter; write a prefix such as "blogapp"',
    );
  });
});
