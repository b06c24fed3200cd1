import type { Clock } from "../../local/shared/clock";

/** A clock that stands still until the test moves it. */
export class FakeClock implements Clock {
  private time: number;
  private readonly timers = new Set<{
    due: number;
    readonly interval: number | undefined;
    readonly call: () => void;
  }>();

  constructor(start = Date.parse("2026-03-04T05:06:07.089Z")) {
    this.time = start;
  }

  now(): number {
    return this.time;
  }

  after(delay: number, call: () => void): () => void {
    return this.add(delay, undefined, call);
  }

  every(interval: number, call: () => void): () => void {
    return this.add(interval, interval, call);
  }

  /** Lets so many milliseconds pass and calls back everything that is due, in order. */
  advance(milliseconds: number): void {
    const end = this.time + milliseconds;
    for (;;) {
      const [next] = [...this.timers].filter(({ due }) => due <= end).sort((a, b) => a.due - b.due);
      if (!next) break;
      this.time = next.due;
      if (next.interval === undefined) this.timers.delete(next);
      else next.due += next.interval;
      next.call();
    }
    this.time = end;
  }

  private add(delay: number, interval: number | undefined, call: () => void): () => void {
    const timer = { due: this.time + delay, interval, call };
    this.timers.add(timer);
    return () => this.timers.delete(timer);
  }
}
