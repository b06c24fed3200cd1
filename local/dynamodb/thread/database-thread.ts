import { Worker } from "node:worker_threads";
import type { Clock } from "../../shared/clock";
import { messageOf, StartError } from "../../shared/errors";
import type { FromThread, Question, Questions, ServiceNames, ThreadSettings, ToThread } from "./protocol";

export interface DatabaseThreadSettings extends Omit<ThreadSettings, "now"> {
  /** The path of the thread's program, the built `database.cjs`. */
  readonly program: string;
  /** The most megabytes that its values may take; a request that needs more fails alone. */
  readonly heapMegabytes: number;
  readonly clock: Clock;
  /** Tells the developer what AWS would not say. */
  readonly hint: (text: string) => void;
}

/** The megabytes that a few requests of 16 MB with the smallest of values take at once. */
export const HEAP_MEGABYTES = 2048;

interface Waiting {
  readonly resolve: (answer: never) => void;
  readonly reject: (error: Error) => void;
}

/**
 * The database in a thread of its own: however long a request takes, and whatever it brings about, the rest of the
 * local cloud goes on. If the thread ends by itself, out of memory, the requests that it had fail and it starts again.
 */
export class DatabaseThread {
  /** The services that the database has; known once it is ready. */
  services: readonly ServiceNames[] = [];
  private worker: Worker | undefined;
  private ready: Promise<void>;
  private stopped = false;
  private last = 0;
  private readonly waiting = new Map<number, Waiting>();
  private readonly timers = new Map<number, () => void>();
  private readonly watchers = new Map<string, Set<() => void>>();

  private constructor(private readonly settings: DatabaseThreadSettings) {
    this.ready = this.begin();
  }

  /** Starts the thread. Throws a StartError if the data is in use, damaged or of other tables. */
  static async start(settings: DatabaseThreadSettings): Promise<DatabaseThread> {
    const thread = new DatabaseThread(settings);
    await thread.ready;
    return thread;
  }

  /** Asks the database. Throws an Error if it fails, or if its thread ends meanwhile. The number may be used to ask on. */
  async ask<Kind extends Question>(
    kind: Kind,
    question: Questions[Kind]["ask"],
    transfer: readonly ArrayBuffer[] = [],
    id = this.number(),
  ): Promise<Questions[Kind]["answer"]> {
    await this.ready;
    const { worker } = this;
    if (!worker) throw new Error("The database is stopped.");
    return new Promise<Questions[Kind]["answer"]>((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      const message = { kind, id, now: this.settings.clock.now(), ...question } as ToThread;
      worker.postMessage(message, [...transfer]);
    });
  }

  /** A new number for a question. */
  number(): number {
    this.last += 1;
    return this.last;
  }

  /** Calls back after each commit that adds to a stream, given by its ARN; the answer ends it. */
  watch(arn: string, callback: () => void): () => void {
    const watchers = this.watchers.get(arn) ?? new Set();
    if (!this.watchers.has(arn)) {
      this.watchers.set(arn, watchers);
      this.ask("watch", { arn }).catch((error: unknown) => this.settings.hint(messageOf(error)));
    }
    watchers.add(callback);
    return () => {
      watchers.delete(callback);
    };
  }

  /** Waits for what is under way, closes the data and ends the thread. */
  async stop(): Promise<void> {
    this.stopped = true;
    // If the thread could not start, its starter was told why, and there is nothing to stop.
    await this.ready.catch(() => undefined);
    if (!this.worker) return;
    await this.ask("close", {});
    await this.worker.terminate();
  }

  private begin(): Promise<void> {
    const { program, heapMegabytes, clock, folder, place, tables, sync } = this.settings;
    const workerData: ThreadSettings = { folder, place, tables, sync, now: clock.now() };
    const worker = new Worker(program, {
      name: "database",
      workerData,
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: heapMegabytes },
    });
    return new Promise((resolve, reject) => {
      let reason: unknown = new Error("The database's thread ended.");
      worker.on("message", (message: FromThread) => {
        if (message.kind === "ready") {
          this.services = message.services;
          this.worker = worker;
          resolve();
        } else if (message.kind === "refused") {
          reject(new StartError(message.message));
        } else this.hear(message, worker);
      });
      worker.on("error", (error) => {
        reason = error;
      });
      worker.on("exit", () => {
        reject(reason);
        if (this.worker === worker) this.ended(reason);
      });
    });
  }

  private hear(message: Exclude<FromThread, { kind: "ready" | "refused" }>, worker: Worker): void {
    const { clock, hint } = this.settings;
    switch (message.kind) {
      case "hint":
        hint(message.text);
        return;
      case "every": {
        const { timer } = message;
        const tick = (): ToThread => ({ kind: "tick", timer, now: clock.now() });
        this.timers.set(
          timer,
          clock.every(message.interval, () => worker.postMessage(tick())),
        );
        return;
      }
      case "end":
        this.timers.get(message.timer)?.();
        this.timers.delete(message.timer);
        return;
      case "changed":
        for (const watcher of this.watchers.get(message.arn) ?? []) watcher();
        return;
      case "answer":
      case "failed": {
        const waiting = this.waiting.get(message.id);
        this.waiting.delete(message.id);
        if (message.kind === "answer") waiting?.resolve(message.answer as never);
        else waiting?.reject(new Error(message.message));
      }
    }
  }

  /** Fails whoever waits and, unless it was stopped, starts the thread again. */
  private ended(reason: unknown): void {
    this.worker = undefined;
    for (const end of this.timers.values()) end();
    this.timers.clear();
    for (const { reject } of this.waiting.values()) reject(new Error(`The database ended: ${messageOf(reason)}`));
    this.waiting.clear();
    if (this.stopped) return;
    this.settings.hint(`The database ended (${messageOf(reason)}) and starts again. What was answered is kept.`);
    this.ready = this.begin();
    this.ready.then(
      () => {
        for (const arn of this.watchers.keys())
          this.ask("watch", { arn }).catch((error: unknown) => this.settings.hint(messageOf(error)));
      },
      (error: unknown) => this.settings.hint(`The database cannot start again: ${messageOf(error)}`),
    );
  }
}
