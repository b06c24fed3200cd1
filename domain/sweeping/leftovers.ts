/** Things of which a store keeps some whose time is over. */
export interface Leftovers {
  /**
   * Finds those whose time is over at the given time (epoch seconds), page by page. A page may be empty. Ends with an
   * error when the signal aborts.
   */
  expired(now: number, signal: AbortSignal): AsyncIterable<readonly string[]>;
  /** Removes one. Doing it twice is doing it once. */
  remove(id: string, now: number, signal: AbortSignal): Promise<void>;
}

/** The removals that are under way at once. */
const AT_ONCE = 10;

/**
 * Removes things whose time is over: DynamoDB does it too, and without charge, but takes days over it, and removes a row
 * without what belongs to it.
 *
 * @param now epoch seconds
 * @param signal aborts when the time for it is up; what is left then is for the next sweep
 * @returns the number of things that are removed
 */
export async function sweepLeftovers(leftovers: Leftovers, now: number, signal: AbortSignal): Promise<number> {
  let removed = 0;
  try {
    for await (const page of leftovers.expired(now, signal))
      for (let first = 0; first < page.length; first += AT_ONCE) {
        const some = page.slice(first, first + AT_ONCE);
        await Promise.all(some.map((id) => leftovers.remove(id, now, signal)));
        removed += some.length;
      }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  return removed;
}
