import { expect, test } from "@jest/globals";
import { backoff } from "../../client/backoff";

test("a wait is any time below a bound that doubles from a second to a minute", () => {
  const bounds = [0, 1, 2, 3, 4, 5, 6, 7, 2_000].map((failures) => backoff(() => 1, failures));
  expect(bounds).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60].map((seconds) => seconds * 1_000));
  expect(backoff(() => 0, 5)).toBe(0);
  expect(backoff(() => 0.25, 2)).toBe(1_000);
});

test("a wait that a server asks for is waited for, and then at random", () => {
  expect(backoff(() => 0, 0, 7_000)).toBe(7_000);
  expect(backoff(() => 0.5, 1, 7_000)).toBe(8_000);
});
