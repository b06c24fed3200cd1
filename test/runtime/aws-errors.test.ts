import { describe, expect, test } from "@jest/globals";
import { conditionFailuresOf, isConditionFailure, isTransient, statusOf } from "../../runtime/aws-errors";

const failure = (fields: object) => Object.assign(new Error("failure"), fields);
const withStatus = (httpStatusCode: number, name = "Unknown") => failure({ name, $metadata: { httpStatusCode } });
const cancelled = (...codes: readonly string[]) =>
  failure({ name: "TransactionCanceledException", CancellationReasons: codes.map((Code) => ({ Code })) });

describe("isTransient", () => {
  test.each([
    ["a throttled request", withStatus(400, "ThrottlingException")],
    ["too much throughput", withStatus(400, "ProvisionedThroughputExceededException")],
    ["a 429 without a name", withStatus(429)],
    ["a 503 without a name", withStatus(503)],
    ["a timeout", failure({ name: "TimeoutError", $metadata: { attempts: 3 } })],
    ["a connection that was cut", failure({ code: "ECONNRESET", $metadata: { attempts: 3 } })],
    ["a host that is not found", failure({ code: "ENOTFOUND" })],
    ["a write that met another", withStatus(400, "TransactionConflictException")],
    ["a transaction that met another write", cancelled("None", "TransactionConflict")],
    ["one that met another write beside a failed condition", cancelled("ConditionalCheckFailed", "ThrottlingError")],
  ])("is true of %s", (_, error) => {
    expect(isTransient(error)).toBe(true);
  });

  test.each([
    ["a request that is not valid", withStatus(400, "ValidationException")],
    ["a failed condition", withStatus(400, "ConditionalCheckFailedException")],
    ["a transaction whose condition failed", cancelled("ConditionalCheckFailed", "None")],
    ["a transaction that is not valid", cancelled("TransactionConflict", "ValidationError")],
    ["a transaction cancelled without reasons", failure({ name: "TransactionCanceledException" })],
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

test("conditionFailuresOf tells which conditions failed, if that is all that is wrong", () => {
  expect(conditionFailuresOf(cancelled("None", "ConditionalCheckFailed"))).toEqual(new Set([1]));
  expect(conditionFailuresOf(cancelled("ConditionalCheckFailed", "TransactionConflict"))).toBeUndefined();
  expect(conditionFailuresOf(cancelled("None", "None"))).toBeUndefined();
  expect(conditionFailuresOf(failure({ name: "TransactionCanceledException" }))).toBeUndefined();
  expect(conditionFailuresOf(withStatus(400, "ConditionalCheckFailedException"))).toBeUndefined();
});
