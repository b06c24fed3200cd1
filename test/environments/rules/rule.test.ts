import { expect, test } from "@jest/globals";
import { staging } from "../../../environments/staging";
import { said } from "../said";

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
    { throttle: { http: staging.throttle.http } },
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
  expect(said(change)).toEqual([`staging.${line}`]);
});
