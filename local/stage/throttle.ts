import type { Clock } from "../shared/clock";

/** The limits of a token bucket: requests per second in the long run, and requests at once. */
export interface ThrottleLimits {
  readonly rate: number;
  readonly burst: number;
}

/** Admits requests as long as a stage's token bucket has tokens. */
export class Throttle {
  private tokens: number;
  private last: number;

  constructor(
    private readonly limits: ThrottleLimits,
    private readonly clock: Pick<Clock, "now">,
  ) {
    this.tokens = limits.burst;
    this.last = clock.now();
  }

  /** Takes a token. Returns false if there is none left. */
  admits(): boolean {
    const now = this.clock.now();
    this.tokens = Math.min(this.limits.burst, this.tokens + ((now - this.last) / 1000) * this.limits.rate);
    this.last = now;
    if (this.tokens < 1) return false;
    this.tokens -= 1;
    return true;
  }
}
