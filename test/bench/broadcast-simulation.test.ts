import { describe, expect, test } from "@jest/globals";
import { INPUTS, type Inputs, WITHOUT_FAULTS } from "../../bench/broadcast-simulation/inputs";
import { picture } from "../../bench/broadcast-simulation/picture";
import { simulate } from "../../bench/broadcast-simulation/simulate";
import { VirtualTime } from "../../bench/broadcast-simulation/virtual-time";

const few: Inputs = { ...INPUTS, subscribers: 20_000 };

describe("a simulated delivery to 20,000", () => {
  test.each([1, 2, 3])("gives everyone who stayed the message, whatever goes wrong (seed %i)", async (seed) => {
    const crashing = { ...few.faults, crash: 0.3, duplicate: 0.3, slowClient: 0.05, hang: 0.001 };
    const { received, missing, deadLetters, crashes, duplicates } = await simulate({ ...few, seed, faults: crashing });
    expect(missing).toBe(0);
    expect(received).toBeGreaterThan(18_000);
    expect(deadLetters).toBe(0);
    expect(crashes + duplicates).toBeGreaterThan(0);
  });

  test("sends everyone one copy if nothing goes wrong, and takes what the quota takes and the start of the workers", async () => {
    const { received, thrownAway, calls, throttled, seconds, bound } = await simulate({
      ...few,
      faults: WITHOUT_FAULTS,
    });
    expect({ received, thrownAway }).toEqual({ received: 20_000, thrownAway: 0 });
    expect(calls).toBe(20_000 + throttled);
    expect(seconds - bound).toBeLessThan(4);
  });

  test("of fewer is the same each time that it is made, and so is its picture", async () => {
    // Some segments, and some of whatever goes wrong.
    const fewer = { ...few, subscribers: 5_000, faults: { ...few.faults, crash: 0.3, duplicate: 0.3 } };
    const [one, other] = [await simulate(fewer), await simulate(fewer)];
    expect(one.crashes + one.duplicates).toBeGreaterThan(0);
    expect(other).toEqual(one);
    expect(picture(fewer, other)).toBe(picture(fewer, one));
  });

  test("ends with one function at what the quota allows in its time, where the function is large enough", async () => {
    const lambda = { ...few.lambda, memoryMegabytes: 1_769, threshold: Number.POSITIVE_INFINITY };
    // A twentieth of the quota, so that a few thousand are too many.
    const quota = { perSecond: 500, burst: 250 };
    const { first } = await simulate({ ...few, quota, lambda, faults: WITHOUT_FAULTS }, 29, true);
    const allowed = quota.burst + 27 * quota.perSecond;
    expect(first.delivered).toBeLessThanOrEqual(allowed + quota.perSecond);
    expect(first.delivered).toBeGreaterThan(0.9 * allowed);
  });
});

describe("the time of a simulation", () => {
  test("lets things happen in the order of their times, and of their making within one time", async () => {
    const time = new VirtualTime();
    const happened: string[] = [];
    for (const [name, at] of [
      ["c", 3],
      ["a", 1],
      ["b", 2],
      ["b2", 2],
      ["a2", 1],
    ] as const)
      time.after(at, () => happened.push(`${name} ${time.now}`));
    await time.run(time.sleep(10));
    expect(happened).toEqual(["a 1", "a2 1", "b 2", "b2 2", "c 3"]);
    expect(time.now).toBe(10);
  });

  test("ends a wait when its signal aborts", async () => {
    const time = new VirtualTime();
    const signal = new AbortController();
    time.after(5, () => signal.abort());
    await time.run(time.sleep(1_000, signal.signal));
    expect(time.now).toBe(5);
  });

  test("says so when the work waits for something that never happens", async () => {
    await expect(new VirtualTime().run(new Promise(() => undefined))).rejects.toThrow("never happens");
  });
});
