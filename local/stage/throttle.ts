import type { Clock } from "../shared/clock";

/** A token bucket: the steady rate per second and how many may come at once. */
export interface ThrottleLimits {
  readonly rate: number;
  readonly burst: number;
}

/** Says of each request whether it is within the limits. */
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

  admits(): boolean {
    const now = this.clock.now();
    this.tokens = Math.min(this.limits.burst, this.tokens + ((now - this.last) / 1000) * this.limits.rate);
    this.last = now;
    if (this.tokens < 1) return false;
    this.tokens -= 1;
    return true;
  }
}
