/** The time as the local cloud sees it, so that a test can control it. All durations are in milliseconds. */
export interface Clock {
  /** Returns the milliseconds since 1 January 1970 UTC. */
  now(): number;
  /** Calls back once after the delay. The returned function cancels that. */
  after(delay: number, callback: () => void): () => void;
  /** Calls back after every interval, without keeping the process alive. The returned function ends that. */
  every(interval: number, callback: () => void): () => void;
}

/** The clock of this machine. */
export const systemClock: Clock = {
  now: Date.now,
  after(delay, callback) {
    const timer = setTimeout(callback, delay);
    return () => clearTimeout(timer);
  },
  every(interval, callback) {
    const timer = setInterval(callback, interval);
    timer.unref();
    return () => clearInterval(timer);
  },
};
