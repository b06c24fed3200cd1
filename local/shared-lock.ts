/**
 * A readers–writer lock: shared work runs side by side, exclusive work runs alone. Both begin in the order in which
 * they were asked for, so that neither waits for ever.
 */
export class SharedLock {
  private lastExclusive: Promise<unknown> = Promise.resolve();
  private readonly running = new Set<Promise<unknown>>();

  async shared<T>(work: () => Promise<T>): Promise<T> {
    const done = this.lastExclusive.then(work);
    this.running.add(done);
    try {
      return await done;
    } finally {
      this.running.delete(done);
    }
  }

  async exclusive<T>(work: () => Promise<T>): Promise<T> {
    const done = Promise.allSettled([this.lastExclusive, ...this.running]).then(work);
    this.lastExclusive = done.catch(() => undefined);
    return done;
  }
}
