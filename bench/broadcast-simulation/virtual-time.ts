/** An event that is to come. */
interface Event {
  readonly at: number;
  /** Events of one moment come in the order in which they were made. */
  readonly order: number;
  readonly happen: () => void;
}

const isBefore = (a: Event, b: Event): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);

/**
 * The time of a simulation, in milliseconds from its start. It stands still while anything can be done, and then goes to
 * the next event: no wait takes time, and a run is the same whenever and wherever it is made.
 */
export class VirtualTime {
  private time = 0;
  private count = 0;
  /** A binary heap: no event is before its parent, which is at half of its place. */
  private readonly heap: Event[] = [];

  get now(): number {
    return this.time;
  }

  /** Lets something happen after some milliseconds. */
  after(milliseconds: number, happen: () => void): void {
    const event = { at: this.time + Math.max(0, milliseconds), order: this.count++, happen };
    let place = this.heap.length;
    this.heap.push(event);
    while (place > 0) {
      const parent = (place - 1) >> 1;
      const above = this.heap[parent] as Event;
      if (!isBefore(event, above)) break;
      this.heap[place] = above;
      place = parent;
    }
    this.heap[place] = event;
  }

  /** Returns a promise that is kept after some milliseconds, or earlier if the signal aborts. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const wake = () => {
        signal?.removeEventListener("abort", wake);
        resolve();
      };
      signal?.addEventListener("abort", wake, { once: true });
      this.after(milliseconds, wake);
    });
  }

  /** Lets time pass until the work is done. Throws if nothing is left that could happen, and the work is not done. */
  async run<Result>(work: Promise<Result>): Promise<Result> {
    let isDone = false;
    const done = () => {
      isDone = true;
    };
    work.then(done, done);
    for (;;) {
      // When the event loop comes round, whatever follows from what happened has happened: the code that is simulated
      // waits for promises only, and those are kept by events.
      await new Promise((resolve) => setImmediate(resolve));
      if (isDone) return work;
      const next = this.heap[0];
      if (!next) throw new Error("The work waits for something that never happens.");
      this.time = next.at;
      while (this.heap[0]?.at === this.time) this.takeFirst().happen();
    }
  }

  private takeFirst(): Event {
    const first = this.heap[0] as Event;
    const last = this.heap.pop() as Event;
    if (this.heap.length === 0) return first;
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= this.heap.length) break;
      if (child + 1 < this.heap.length && isBefore(this.heap[child + 1] as Event, this.heap[child] as Event))
        child += 1;
      if (!isBefore(this.heap[child] as Event, last)) break;
      this.heap[place] = this.heap[child] as Event;
      place = child;
    }
    this.heap[place] = last;
    return first;
  }
}
