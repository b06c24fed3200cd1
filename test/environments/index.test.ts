import { expect, test } from "@jest/globals";
import { environments } from "../../environments";
import { PLACEHOLDER_ACCOUNT } from "../../environments/account";
import type { Environment } from "../../environments/environment";

function each<Value>(value: (environment: Environment) => Value): Value[] {
  return environments.map(value);
}

test("development, staging and production differ as they are meant to", () => {
  expect(each(({ name }) => name)).toEqual(["development", "staging", "production"]);
  expect(each(({ logRetentionDays }) => logRetentionDays)).toEqual([7, 14, 30]);
  expect(each(({ logLevel }) => logLevel)).toEqual(["DEBUG", "INFO", "INFO"]);
  expect(each(({ apiDocs }) => apiDocs)).toEqual([true, false, false]);
  expect(each(({ pointInTimeRecovery }) => pointInTimeRecovery)).toEqual([false, true, true]);
  expect(each(({ deletionProtection }) => deletionProtection)).toEqual([false, false, true]);
  expect(each(({ alarms }) => alarms)).toEqual(["off", "off", { notifyTopicArns: [] }]);
  expect(each(({ api }) => api.memoryMegabytes)).toEqual([512, 512, 1024]);
  expect(each(({ cors }) => cors.allowedOrigins)).toEqual([
    ["http://localhost:3000"],
    ["https://staging.example.com"],
    ["https://www.example.com"],
  ]);
});

test("a fresh clone names no account", () => {
  expect(new Set(each(({ account }) => account))).toEqual(new Set([PLACEHOLDER_ACCOUNT]));
});
