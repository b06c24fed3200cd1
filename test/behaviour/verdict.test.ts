import { expect, test } from "@jest/globals";
import { verdictOf } from "./verdict.mjs";

const results = (...statuses: readonly string[]) => statuses.map((status) => ({ status }));
const noKey = { users: "FIREBASE_API_KEY is not set" };

test("everything that ran and passed is a success", () => {
  expect(verdictOf("staging", results("passed", "passed"), {})).toEqual({
    code: 0,
    lines: ["staging: 2 passed, 0 failed, 0 not run"],
  });
});

test("what was not run is told with the reason, and is no success", () => {
  expect(verdictOf("staging", results("passed", "pending"), noKey)).toEqual({
    code: 3,
    lines: ["staging: 1 passed, 0 failed, 1 not run", "not run: FIREBASE_API_KEY is not set"],
  });
});

test("a failure is a failure, whatever else was not run", () => {
  expect(verdictOf("staging", results("failed", "pending", "passed"), noKey).code).toBe(1);
});

test.each([[[]], [["todo"]], [["disabled"]]])("%j is no success", (statuses) => {
  expect(verdictOf("staging", results(...statuses), {}).code).toBe(3);
});
