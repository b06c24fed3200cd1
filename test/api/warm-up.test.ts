import { afterEach, beforeEach, expect, jest, test } from "@jest/globals";
import { warmUp } from "../../api/warm-up";

const log = { debug: jest.fn(), info: jest.fn(), warn: jest.fn(), error: jest.fn() };
beforeEach(() => {
  jest.useFakeTimers();
  log.warn.mockClear();
});
afterEach(() => void jest.useRealTimers());

test("every service is called once, and nothing is logged or left to wait for when all answer", async () => {
  const calls = { DynamoDB: jest.fn(async () => 1), KMS: jest.fn(async () => 2) };
  await warmUp(calls, log);
  expect([calls.DynamoDB.mock.calls.length, calls.KMS.mock.calls.length]).toEqual([1, 1]);
  expect(log.warn).not.toHaveBeenCalled();
  expect(jest.getTimerCount()).toBe(0);
});

test("a service that fails is logged by name, and keeps nothing from starting", async () => {
  const error = new Error("no route to host");
  await warmUp({ DynamoDB: async () => 1, KMS: () => Promise.reject(error) }, log);
  expect(log.warn.mock.calls).toEqual([[expect.stringContaining("tries again"), { called: "KMS", error }]]);
});

test("a service that does not answer is waited for a second, and no longer", async () => {
  let started = false;
  const warm = warmUp({ DynamoDB: () => new Promise(() => undefined) }, log).then(() => {
    started = true;
  });
  await jest.advanceTimersByTimeAsync(999);
  expect(started).toBe(false);
  await jest.advanceTimersByTimeAsync(1);
  await warm;
  expect(log.warn.mock.calls[0]?.[1]).toMatchObject({
    called: "DynamoDB",
    error: { message: "no answer within 1000 ms" },
  });
});
