import { describe, expect, test } from "@jest/globals";
import { isConditionFailure, isTransient, statusOf } from "../../../domain/runtime/aws-errors";

const failure = (fields: object) => Object.assign(new Error("failure"), fields);
const withStatus = (httpStatusCode: number, name = "Unknown") => failure({ name, $metadata: { httpStatusCode } });

describe("isTransient", () => {
  test.each([
    ["a throttled request", withStatus(400, "ThrottlingException")],
    ["too much throughput", withStatus(400, "ProvisionedThroughputExceededException")],
    ["a 429 without a name", withStatus(429)],
    ["a 503 without a name", withStatus(503)],
    ["a timeout", failure({ name: "TimeoutError", $metadata: { attempts: 3 } })],
    ["a connection that was cut", failure({ code: "ECONNRESET", $metadata: { attempts: 3 } })],
    ["a host that is not found", failure({ code: "ENOTFOUND" })],
  ])("is true of %s", (_, error) => {
    expect(isTransient(error)).toBe(true);
  });

  test.each([
    ["a request that is not valid", withStatus(400, "ValidationException")],
    ["a failed condition", withStatus(400, "ConditionalCheckFailedException")],
    ["missing permission", withStatus(403, "AccessDeniedException")],
    ["a bug", new TypeError("x is not a function")],
    ["an abort", failure({ name: "AbortError" })],
    ["what is no error", "ThrottlingException"],
    ["nothing", undefined],
  ])("is false of %s", (_, error) => {
    expect(isTransient(error)).toBe(false);
  });
});

test("isConditionFailure knows a failed condition", () => {
  expect(isConditionFailure(withStatus(400, "ConditionalCheckFailedException"))).toBe(true);
  expect(isConditionFailure(withStatus(400, "ValidationException"))).toBe(false);
});

test("statusOf is undefined without a status", () => {
  expect(
    [new Error("x"), null, "x", failure({ $metadata: null }), failure({ $metadata: { httpStatusCode: "200" } })].map(
      statusOf,
    ),
  ).toEqual([undefined, undefined, undefined, undefined, undefined]);
});
