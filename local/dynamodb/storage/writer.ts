import type { Change, Store } from "./store";

/** Shows the store to a piece of work, with its own changes and those of the work before it. */
export interface Transaction {
  get(key: string): string | undefined;
  put(key: string, value: string): void;
  delete(key: string): void;
  /** Calls back once all of it is on disk, and not at all if that fails. */
  committed(callback: () => void): void;
}

interface Work {
  readonly run: (transaction: Transaction) => unknown;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** Values of changed keys; undefined for a deleted one. */
type Values = Map<string, string | undefined>;

/**
 * The one way into the store. Work runs to its end without interruption, one after the other. What came in while the
 * disk was busy is committed together: each piece of work wholly or not at all, and none is answered before it is on
 * disk.
 */
export class Writer {
  private queue: Work[] = [];
  private busy = false;
  private idle: Promise<void> = Promise.resolve();

  constructor(private readonly store: Pick<Store, "get" | "commit">) {}

  /** Does the work and answers its result once its changes are on disk. If it throws, none of its changes are made. */
  run<T>(work: (transaction: Transaction) => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.queue.push({ run: work, resolve: resolve as (result: unknown) => void, reject });
      if (!this.busy) this.idle = this.drain();
    });
  }

  /** Waits until nothing is left to do. */
  async settled(): Promise<void> {
    await this.idle;
  }

  private async drain(): Promise<void> {
    this.busy = true;
    while (this.queue.length > 0) {
      const group = this.queue;
      this.queue = [];
      await this.commit(group);
    }
    this.busy = false;
  }

  private async commit(group: readonly Work[]): Promise<void> {
    const values: Values = new Map();
    const callbacks: (() => void)[] = [];
    const done: { readonly work: Work; readonly result: unknown }[] = [];
    for (const work of group) {
      const view = new View(this.store, values);
      try {
        const result = work.run(view);
        for (const [key, value] of view.changed) values.set(key, value);
        callbacks.push(...view.callbacks);
        done.push({ work, result });
      } catch (error) {
        work.reject(error);
      }
    }
    try {
      if (values.size > 0) await this.store.commit(changesOf(values));
      for (const callback of callbacks) callback();
      for (const { work, result } of done) work.resolve(result);
    } catch (error) {
      for (const { work } of done) work.reject(error);
    }
  }
}

class View implements Transaction {
  readonly changed: Values = new Map();
  readonly callbacks: (() => void)[] = [];

  constructor(
    private readonly store: Pick<Store, "get">,
    private readonly before: Values,
  ) {}

  get(key: string): string | undefined {
    if (this.changed.has(key)) return this.changed.get(key);
    return this.before.has(key) ? this.before.get(key) : this.store.get(key);
  }

  put(key: string, value: string): void {
    this.changed.set(key, value);
  }

  delete(key: string): void {
    this.changed.set(key, undefined);
  }

  committed(callback: () => void): void {
    this.callbacks.push(callback);
  }
}

function changesOf(values: Values): Change[] {
  const changes: Change[] = [];
  for (const [key, value] of values)
    changes.push(value === undefined ? { type: "del", key } : { type: "put", key, value });
  return changes;
}
