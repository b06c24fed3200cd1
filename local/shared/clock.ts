/** Time as the local cloud sees it, so that a test can own it. All durations are in milliseconds. */
export interface Clock {
  /** Milliseconds since 1 January 1970 UTC. */
  now(): number;
  /** Calls back once; the answer cancels it. */
  after(delay: number, callback: () => void): () => void;
  /** Calls back again and again; the answer ends it. Does not keep the process alive. */
  every(interval: number, callback: () => void): () => void;
}

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
