import { setTimeout } from "node:timers/promises";

/**
 * Resolves as soon as a condition holds; for what happens by itself a moment later. It looks once in a millisecond: to
 * look all the time would take the processor from what it waits for.
 */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await setTimeout(1);
}
