/** A clock whose time passes when a test says so. Its timers run in the order of their times. */
export class VirtualTime {
  private time = Date.UTC(2026, 0, 1);
  private readonly timers = new Map<number, { readonly at: number; readonly call: () => void }>();
  private count = 0;

  readonly now = (): number => this.time;

  readonly after = (milliseconds: number, call: () => void): (() => void) => {
    const id = this.count++;
    this.timers.set(id, { at: this.time + Math.max(0, milliseconds), call });
    return () => this.timers.delete(id);
  };

  /** How many timers are set. */
  get pending(): number {
    return this.timers.size;
  }

  /** Lets time pass, with everything that happens in it. */
  async pass(milliseconds: number): Promise<void> {
    const end = this.time + milliseconds;
    await settled();
    for (let next = this.next(end); next !== undefined; next = this.next(end)) {
      const { at, call } = this.timers.get(next) ?? { at: end, call: () => undefined };
      this.timers.delete(next);
      this.time = Math.max(this.time, at);
      call();
      await settled();
    }
    this.time = end;
  }

  /** Puts the clock forward without running a timer, as a machine does that slept. */
  sleep(milliseconds: number): void {
    this.time += milliseconds;
  }

  private next(end: number): number | undefined {
    let first: number | undefined;
    let earliest = end;
    for (const [id, { at }] of this.timers)
      if (at < earliest || (at === earliest && first === undefined)) [first, earliest] = [id, at];
    return first;
  }
}

/** Waits until every promise that can go on has done so. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
