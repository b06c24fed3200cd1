/** Resolves as soon as a condition holds; for what happens by itself a moment later. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}
