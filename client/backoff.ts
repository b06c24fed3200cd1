/** The waits before a second attempt, in milliseconds: below the first, doubled with every attempt, never above the cap. */
const FIRST = 1_000;
const CAP = 60_000;

/**
 * Returns how long to wait before the next attempt, in milliseconds: any time up to a bound that doubles ("full jitter",
 * https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/), so that clients that lost their
 * connections together do not come back together.
 *
 * @param failures how many attempts failed so far, from 0
 * @param atLeast milliseconds that the server asked for
 */
export const backoff = (random: () => number, failures: number, atLeast = 0): number =>
  atLeast + random() * Math.min(CAP, FIRST * 2 ** failures);
