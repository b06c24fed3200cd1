import { beforeEach, expect, test } from "@jest/globals";
import { createConnectionCounter } from "../../../domain/realtime/connection-count";

let time: number;
let counts: number[];
let failing: boolean;
const tally = {
  async count(now: number) {
    counts.push(now);
    if (failing) throw new Error("throttled");
    return counts.length;
  },
};
const counter = () => createConnectionCounter({ tally, now: () => new Date(time) });
beforeEach(() => {
  time = 1_800_000_000_000;
  counts = [];
  failing = false;
});

test("counts once for all who ask within half a minute, and says when", async () => {
  const count = counter();
  const first = { count: 1, as_of: new Date(time).toISOString() };
  expect(await Promise.all([count(undefined), count(undefined)])).toEqual([first, first]);
  time += 29_999;
  expect(await count(undefined)).toEqual(first);
  expect(counts).toEqual([1_800_000_000]);
  time += 1;
  expect(await count(undefined)).toEqual({ count: 2, as_of: new Date(time).toISOString() });
});

test("does not keep a failure", async () => {
  const count = counter();
  failing = true;
  await expect(Promise.all([count(undefined), count(undefined)])).rejects.toThrow("throttled");
  expect(counts).toHaveLength(1);
  failing = false;
  expect(await count(undefined)).toMatchObject({ count: 2 });
});
