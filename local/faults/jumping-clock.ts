import type { Clock } from "../shared/clock";

/** A clock that can be put forward and back. Delays and intervals last as long as before, as after such a jump of AWS's. */
export class JumpingClock implements Clock {
  private offset = 0;

  constructor(private readonly clock: Clock) {}

  now(): number {
    return this.clock.now() + this.offset;
  }

  after(delay: number, callback: () => void): () => void {
    return this.clock.after(delay, callback);
  }

  every(interval: number, callback: () => void): () => void {
    return this.clock.every(interval, callback);
  }

  /** Puts the clock forward, or back by a negative number of seconds. */
  jump(seconds: number): void {
    this.offset += seconds * 1000;
  }
}
