import { describe, expect, test } from "@jest/globals";
import { prefix } from "../../../environments/rules/names";
import { staging } from "../../../environments/staging";
import { lines } from "../said";

describe("an environment's name", () => {
  const alphabet =
    'is not lower-case letters, digits and single hyphens, starting with a letter; write a name such as "staging"';

  test.each(["", "Staging", "1st", "a--b", "a-", "-a", "a_b", "a.b", "a b", "$default", "../a", "é", "__proto__"])(
    "refuses %j",
    (name) => {
      expect(lines([{ ...staging, name }])).toEqual([`environments[0].name: ${JSON.stringify(name)} ${alphabet}`]);
    },
  );

  test("refuses a name that is another environment's repository stack", () => {
    expect(lines([staging, { ...staging, name: "staging-ecr" }])).toEqual([
      'staging-ecr.name: "staging-ecr" is the name of the repository stack of an environment staging; choose another ending than -ecr',
      'environments[1].name: "staging-ecr" makes a second stack staging-ecr, which environments[0] has already; choose another name',
    ]);
  });

  test("accepts the longest name with which every physical name fits, and no longer one", () => {
    const longest = "a".repeat(64 - "blogapp--websocket-disconnect".length);
    expect(lines([{ ...staging, name: longest }])).toEqual([]);
    expect(lines([{ ...staging, name: `${longest}a` }])).toEqual([
      `${longest}a.name: "${longest}a" makes a name of 65 characters (Lambda function), 1 more than AWS allows; shorten it, or the prefix in environments/project.ts`,
    ]);
  });
});

describe("the project's prefix", () => {
  test("accepts what the name of the state bucket has room for", () => {
    expect(prefix("a".repeat(34), "project.prefix")).toEqual([]);
    expect(prefix("a".repeat(35), "project.prefix")).toMatchObject([
      { message: "is longer than 34 characters; the name of the state bucket starts with it" },
    ]);
  });

  test.each(["", "Blogapp", "blog_app", "blog--app", "7blog"])("refuses %j", (value) => {
    expect(prefix(value, "project.prefix")).toEqual([
      {
        path: "project.prefix",
        value: JSON.stringify(value),
        message:
          'is not lower-case letters, digits and single hyphens, starting with a letter; write a prefix such as "blogapp"',
      },
    ]);
  });
});
