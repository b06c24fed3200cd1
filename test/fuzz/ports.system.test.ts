/**
 * Whatever is sent to a port, the process lives and answers. A fixed seed makes each run the same.
 *
 * `npm run fuzz -- --minutes 10 --seed 7` runs for that long instead, and then also says for how long the event loop was
 * held up, and fails above 100 ms.
 */
import { expect, test } from "@jest/globals";
import { startPlatform } from "./platform";
import { fuzz } from "./run";

const { FUZZ_MINUTES, FUZZ_SEED } = process.env;
const SEED = Number(FUZZ_SEED ?? 7);
/** The cases of each lane in a run without a time. */
const CASES = 100;
/** The bodies of megabytes that each port gets, in a run without a time and in one with. */
const VAST = { short: 3, long: 100 };
/** The longest that one input may hold up the others, in milliseconds. */
const LONGEST_BLOCK = 100;

test("no input ends the process, gets an answer that is not AWS's, or leaves a port without one", async () => {
  const platform = await startPlatform();
  try {
    const end = FUZZ_MINUTES === undefined ? undefined : performance.now() + Number(FUZZ_MINUTES) * 60_000;
    const { cases, findings, longest } = await fuzz(
      platform,
      SEED,
      (sent) => (end === undefined ? sent >= CASES : performance.now() >= end),
      end === undefined ? VAST.short : VAST.long,
    );
    expect(findings).toEqual([]);
    const sent = ["api", "dynamodb", "gateway", "websocket"].map((lane) => cases[lane] ?? 0);
    expect(Math.min(...sent)).toBeGreaterThanOrEqual(CASES);
    if (FUZZ_MINUTES === undefined) return;
    console.log({ seed: SEED, cases, longest });
    expect(Math.max(longest.ofAllElse, longest.ofMegabytes)).toBeLessThan(LONGEST_BLOCK);
  } finally {
    await platform.stop();
  }
});
