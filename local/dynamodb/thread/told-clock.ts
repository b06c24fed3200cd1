import type { Clock } from "../../shared/clock";
import type { FromThread } from "./protocol";

/** The local cloud's clock as the thread knows it: the time is what the last message told, and timers are asked for. */
export class ToldClock implements Clock {
  private readonly timers = new Map<number, () => void>();
  private last = 0;

  constructor(
    private time: number,
    private readonly post: (message: FromThread) => void,
  ) {}

  now(): number {
    return this.time;
  }

  tell(time: number): void {
    this.time = time;
  }

  every(interval: number, callback: () => void): () => void {
    this.last += 1;
    const timer = this.last;
    this.timers.set(timer, callback);
    this.post({ kind: "every", timer, interval });
    return () => {
      this.timers.delete(timer);
      this.post({ kind: "end", timer });
    };
  }

  after(delay: number, callback: () => void): () => void {
    const end = this.every(delay, () => {
      end();
      callback();
    });
    return end;
  }

  /** Calls back whom the timer is for, if it has not ended meanwhile. */
  tick(timer: number): void {
    this.timers.get(timer)?.();
  }
}
