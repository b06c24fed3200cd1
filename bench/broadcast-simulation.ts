/** A delivery to a million, in virtual time, beside what the account's quota allows; and the picture of it. */
import fs from "node:fs";
import { INPUTS, WITHOUT_FAULTS } from "./broadcast-simulation/inputs";
import { picture } from "./broadcast-simulation/picture";
import { type Outcome, simulate } from "./broadcast-simulation/simulate";
import { row } from "./report.mjs";

const PICTURE = "docs/broadcast-simulation.svg";

/** The memory and the seconds of functions that deliver alone. With 1,769 MB a function has a whole CPU. */
const ALONE: readonly (readonly [memoryMegabytes: number, seconds: number])[] = [
  [256, 29],
  [1_769, 29],
  // An HTTP API waits for 30 s, and a function keeps the last two of its own time.
  [1_769, 32],
];

/** Delivers with one function, without faults, and prints how many it reached and how many the quota allows meanwhile. */
async function alone(memoryMegabytes: number, seconds: number): Promise<void> {
  const lambda = { ...INPUTS.lambda, memoryMegabytes, threshold: Number.POSITIVE_INFINITY };
  const { first } = await simulate({ ...INPUTS, faults: WITHOUT_FAULTS, lambda }, seconds, true);
  const { perSecond, burst } = INPUTS.quota;
  const allowed = burst + (seconds - 2) * perSecond;
  console.log(
    `  one function of ${memoryMegabytes} MB alone, sending for ${seconds - 2} s: ${whole(first.delivered)} of the ${whole(allowed)} that the quota allows meanwhile`,
  );
}

const whole = (number: number): string => Math.round(number).toLocaleString("en");

function report(seed: number, outcome: Outcome): void {
  const { seconds, bound, p50, p99, missing, dollars } = outcome;
  console.log(
    `  seed ${seed}: ${whole(outcome.received)} received it, ${missing} did not; half after ${p50.toFixed(1)} s, 99 % after ${p99.toFixed(1)} s, the last after ${seconds.toFixed(1)} s`,
  );
  console.log(
    `    ${whole(outcome.calls)} calls, ${whole(outcome.throttled)} of them throttled; ${outcome.crashes} crashes, ${outcome.duplicates} tasks handed out twice, ${whole(outcome.thrownAway)} copies thrown away, ${outcome.deadLetters} dead letters`,
  );
  console.log(
    `    ${whole(outcome.invocations)} invocations, ${whole(outcome.lambdaSeconds)} s of Lambda, $${dollars.toFixed(2)}`,
  );
  row(`the last after, beside ${bound} s that the quota alone takes`, seconds / bound, 1.1, "x");
  if (missing > 0) throw new Error(`${missing} of those who stayed did not receive the message.`);
}

async function main(): Promise<void> {
  console.log("\nDelivering to a million subscribers, in virtual time; node bench/run.mjs broadcast-simulation");
  for (const [memoryMegabytes, seconds] of ALONE) await alone(memoryMegabytes, seconds);
  const outcomes: Outcome[] = [];
  for (const seed of [1, 2, 3]) {
    const outcome = await simulate({ ...INPUTS, seed });
    report(seed, outcome);
    outcomes.push(outcome);
  }
  const [shown] = outcomes;
  if (shown) fs.writeFileSync(PICTURE, picture(INPUTS, shown));
  console.log(`  ${PICTURE} shows seed 1.`);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
