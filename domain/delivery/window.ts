/** The sends under way at first. */
export const START = 64;
/** The fewest and the most. At 25 ms for each send the most is what the account's quota of 10,000 a second takes. */
const LEAST = 4;
export const MOST = 256;

/** The fewest answers by which the window is changed. */
const ROUND = 20;
/** The share of failures above which there are too many sends: slow clients alone cause fewer. */
const TOO_MANY = 0.05;
const SHRINK = 0.75;
const GROW = 4;

/** Says how many sends may be under way at once. A slow connection holds one place and delays nobody else. */
export interface Window {
  readonly limit: number;
  /** Takes note of an answer: whether it was one of a gateway that has too much to do. */
  answered(failed: boolean): void;
}

/**
 * Creates a window that looks for what the gateway takes: each time that as many answers have come as it has places, it
 * becomes narrower by a quarter if more than a twentieth of them were failures, and a little wider if not. The account's
 * quota is shared by all that send, and by this they share it evenly (the way of TCP's congestion control).
 */
export function createWindow(): Window {
  let limit = START;
  let answers = 0;
  let failures = 0;
  return {
    get limit() {
      return limit;
    },
    answered(failed) {
      answers += 1;
      if (failed) failures += 1;
      if (answers < Math.max(ROUND, limit)) return;
      limit =
        failures > answers * TOO_MANY ? Math.max(LEAST, Math.floor(limit * SHRINK)) : Math.min(MOST, limit + GROW);
      answers = 0;
      failures = 0;
    },
  };
}
