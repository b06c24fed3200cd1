import { setTimeout as wait } from "node:timers/promises";

/** Waits on the real clock, less if the signal aborts. Never rejects. */
export async function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await wait(milliseconds, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
