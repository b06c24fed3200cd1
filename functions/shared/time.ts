import type { LambdaContext } from "./types";

/** The time that work leaves of a function's own, to put away what is not done before Lambda stops it. */
const RESERVE_MILLISECONDS = 5_000;

/** Returns a signal that aborts when the time for work that can be put away is up. */
export const timeToWork = (context: LambdaContext): AbortSignal =>
  AbortSignal.timeout(Math.max(0, context.getRemainingTimeInMillis() - RESERVE_MILLISECONDS));
