import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { staging } from "../../environments/staging";
import { stagingProblems } from "./problem-lines";

const days = "1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653";

test.each<[string, Record<string, unknown>, string]>([
  [
    "a log level in lower case",
    { logLevel: "debug" },
    'logLevel: "debug" is not one of "DEBUG", "INFO", "WARN", "ERROR"; write "DEBUG"',
  ],
  [
    "an unknown log level",
    { logLevel: "LOUD" },
    'logLevel: "LOUD" is not one of "DEBUG", "INFO", "WARN", "ERROR"; write one of them',
  ],
  [
    "days CloudWatch does not keep logs for",
    { logRetentionDays: 10 },
    `logRetentionDays: 10 is not one of ${days}; write one of them`,
  ],
  ["no retention at all", { logRetentionDays: 0 }, `logRetentionDays: 0 is not one of ${days}; write one of them`],
  ["days in quotes", { logRetentionDays: "14" }, `logRetentionDays: "14" is not one of ${days}; write 14`],
  [
    "an unknown architecture",
    { architecture: "arm46" },
    'architecture: "arm46" is not one of "arm64", "x86_64"; write one of them',
  ],
  [
    "a missing branch",
    { throttle: { ...staging.throttle, websocket: undefined } },
    "throttle.websocket: undefined is not an object; write { requestsPerSecond, burst }",
  ],
  [
    "a switch that is text",
    { pointInTimeRecovery: "on" },
    'pointInTimeRecovery: "on" is neither true nor false; write one of them',
  ],
  [
    "a switch that is null",
    { deletionProtection: null },
    "deletionProtection: null is neither true nor false; write one of them",
  ],
  [
    "a field with a typing mistake",
    { logLevle: "INFO" },
    'logLevle: "INFO" is in an unknown field; did you mean logLevel?',
  ],
  [
    "a field nobody knows",
    { cors: { ...staging.cors, maxAgeSeconds: 60 } },
    "cors.maxAgeSeconds: 60 is in an unknown field; remove it, or write one of allowedOrigins, allowCredentials",
  ],
])("refuses %s", (_, change, line) => {
  expect(stagingProblems(change)).toEqual([`staging.${line}`]);
});

describe("a word that is unknown", () => {
  const unknown = (word: string) => stagingProblems({ [word]: 1 })[0];

  test.each([
    ["logLevle", "logLevel"],
    ["loglevel", "logLevel"],
    ["logRetentionDay", "logRetentionDays"],
    ["nam", "name"],
    ["tag", "tags"],
  ])("is taken for another when %s is written for %s", (word, meant) => {
    expect(unknown(word)).toBe(`staging.${word}: 1 is in an unknown field; did you mean ${meant}?`);
  });

  test.each(["memory", "", "x", "l".repeat(65)])("is taken for no other when it is %j", (word) => {
    expect(unknown(word)).toContain("is in an unknown field; remove it, or write one of name, account, ");
  });

  test("is taken for the one that one wrong or missing letter made it of", () => {
    const fields = Object.keys(staging);
    fc.assert(
      fc.property(fc.constantFrom(...fields), fc.nat(), fc.constantFrom("", "é"), (field, at, wrong) => {
        const position = at % field.length;
        const mistyped = field.slice(0, position) + wrong + field.slice(position + 1);
        expect(unknown(mistyped)).toContain(`did you mean ${field}?`);
      }),
    );
  });
});
