export interface VirtualClock {
  /** Returns the time in milliseconds since 1970. */
  now(): number;
  /** Waits in virtual time, less if the signal aborts. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
  /** Does the work. Whenever the work only waits, the time passes that it waits for. */
  run<Result>(work: Promise<Result>): Promise<Result>;
}

/** Creates a clock on which waiting takes no time. */
export function virtualClock(start = 1_800_000_000_000): VirtualClock {
  let time = start;
  let waiting: { readonly until: number; wake(): void }[] = [];
  return {
    now: () => time,
    sleep: (milliseconds, signal) =>
      new Promise<void>((resolve) => {
        if (signal?.aborted) return resolve();
        signal?.addEventListener("abort", () => resolve(), { once: true });
        waiting.push({ until: time + milliseconds, wake: resolve });
      }),
    async run(work) {
      let settled = false;
      const settle = () => {
        settled = true;
      };
      work.then(settle, settle);
      for (;;) {
        // Once the event loop has come round, everything that can happen now has happened.
        await new Promise((resolve) => setImmediate(resolve));
        if (settled) return work;
        const next = Math.min(...waiting.map(({ until }) => until));
        if (next === Number.POSITIVE_INFINITY) throw new Error("The work waits for something that is not time.");
        time = next;
        const due = waiting.filter(({ until }) => until <= time);
        waiting = waiting.filter(({ until }) => until > time);
        for (const { wake } of due) wake();
      }
    },
  };
}
