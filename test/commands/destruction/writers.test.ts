import { expect, test } from "@jest/globals";
import { writersIn } from "../../../commands/destruction/writers";
import { readPlan } from "../../../review/plan/read";

/** The function of a plan that deletes one, with this concurrency reserved. */
function reservedFor(concurrency: number | null) {
  const before = { function_name: "api", timeout: 15, reserved_concurrent_executions: concurrency };
  const change = { actions: ["delete"], before, after: null, after_unknown: {}, before_sensitive: {} };
  const address = "aws_lambda_function.api";
  const deleted = { address, mode: "managed", type: "aws_lambda_function", change };
  return writersIn(readPlan({ format_version: "1.2", resource_changes: [deleted] })).map(({ reserved }) => reserved);
}

test("a function gets back the concurrency that was reserved for it", () => {
  expect([reservedFor(5), reservedFor(-1), reservedFor(null)]).toEqual([[5], [undefined], [undefined]]);
});

test("a function that a killed destruction stopped is not stopped for ever: none is reserved for it then", () => {
  expect(reservedFor(0)).toEqual([undefined]);
});
