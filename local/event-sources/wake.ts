import type { Clock } from "../shared/clock";

/** Lets a loop wait for a time or for somebody who wakes it. Being woken while it does not wait counts for the next wait. */
export class Wake {
  private woken = false;
  private resolve: (() => void) | undefined;

  constructor(private readonly clock: Clock) {}

  wake(): void {
    this.woken = true;
    this.resolve?.();
  }

  /** Waits until it is woken, and not beyond a time, in epoch milliseconds. */
  async until(time = Number.POSITIVE_INFINITY): Promise<void> {
    if (!this.woken)
      await new Promise<void>((resolve) => {
        const cancel = Number.isFinite(time)
          ? this.clock.after(Math.max(0, time - this.clock.now()), () => this.resolve?.())
          : () => undefined;
        this.resolve = () => {
          cancel();
          this.resolve = undefined;
          resolve();
        };
      });
    this.woken = false;
  }
}
