import fs from "node:fs";
import path from "node:path";
import { ClassicLevel } from "classic-level";
import type { Clock } from "../../shared/clock";
import { codeOf, messageOf, StartError } from "../../shared/errors";
import { Integrity } from "./integrity";

/** A range of keys; without `after` or `before` it is open at that end. */
export interface Range {
  /** The first key that counts. */
  readonly from: string;
  /** The first key that counts no more. */
  readonly before: string;
  readonly reverse?: boolean;
}

export type Change = { readonly type: "put"; readonly key: string; readonly value: string } | Deletion;
interface Deletion {
  readonly type: "del";
  readonly key: string;
}

export interface StoreOptions {
  readonly folder: string;
  /** Makes a commit wait until the disk has it; see docs/local.md. */
  readonly sync: boolean;
  readonly clock: Clock;
  /** Tells the developer what went wrong in the background. */
  readonly hint: (text: string) => void;
}

/** The interval, in milliseconds, at which the files on disk are noted down for the check of the next start. */
const NOTE_EVERY = 5000;
/** The entries and the bytes that are read ahead of a reader. */
const AHEAD = 256;
const AHEAD_BYTES = 128 * 1024;
/** Bytes that opening may write: the log as a table, and its beginnings. */
const ROOM_TO_REOPEN = 16 * 1024 * 1024;
const CACHE_BYTES = 4 * 1024 * 1024;

const binary = {
  name: "latin1",
  format: "buffer" as const,
  encode: (key: string) => Buffer.from(key, "latin1"),
  decode: (key: Uint8Array) => Buffer.from(key.buffer, key.byteOffset, key.byteLength).toString("latin1"),
};

/** An ordered key-value store on disk (LevelDB). A commit is there as a whole or not at all, even after `kill -9`. */
export class Store {
  private broken = false;
  private unnoted = false;
  private readonly endNotes: () => void;

  private constructor(
    private readonly options: StoreOptions,
    private readonly level: ClassicLevel<string, string>,
    private readonly integrity: Integrity,
  ) {
    this.endNotes = options.clock.every(NOTE_EVERY, () => this.note());
  }

  /**
   * Opens the folder, or makes it. Throws a StartError, and has changed nothing in it, if another run has it open, if it
   * cannot be written, if a file in it is damaged or missing, or if it holds the data of another version.
   */
  static async open(options: StoreOptions): Promise<Store> {
    const { folder } = options;
    const integrity = new Integrity(folder);
    const isNew = integrity.check();
    const level = new ClassicLevel<string, string>(path.join(folder, Integrity.DATA), {
      keyEncoding: binary,
      valueEncoding: "utf8",
      createIfMissing: isNew,
      cacheSize: CACHE_BYTES,
    });
    try {
      integrity.begin();
      await level.open();
      integrity.note();
      return new Store(options, level, integrity);
    } catch (error) {
      throw problemOf(error, folder);
    }
  }

  get(key: string): string | undefined {
    return this.level.getSync(key);
  }

  /** The entries of a range in their order, as they are when this is called; they are read in batches. */
  async *entries({ from, before, reverse = false }: Range, ahead = AHEAD): AsyncGenerator<readonly [string, string]> {
    const options = { gte: from, lt: before, reverse, highWaterMarkBytes: AHEAD_BYTES };
    const iterator = this.level.iterator(options);
    try {
      for (;;) {
        const batch = await iterator.nextv(Math.min(ahead, AHEAD));
        if (batch.length === 0) return;
        yield* batch;
      }
    } finally {
      await iterator.close();
    }
  }

  /** Writes all changes or none. After a failure, such as a full disk, the store is opened anew first. */
  async commit(changes: readonly Change[]): Promise<void> {
    if (this.broken) await this.reopen();
    try {
      await this.level.batch([...changes], { sync: this.options.sync });
      this.unnoted = true;
    } catch (error) {
      this.broken = true;
      throw error;
    }
  }

  /** Removes every entry of a range, in batches. */
  async clear({ from, before }: Range): Promise<void> {
    await this.level.clear({ gte: from, lt: before });
    this.unnoted = true;
  }

  async close(): Promise<void> {
    await this.abandon();
    try {
      this.integrity.end();
    } catch (error) {
      // The next start takes it for a run that was killed, and nothing is lost.
      this.options.hint(messageOf(error));
    }
  }

  /** Closes without noting that all is well. */
  async abandon(): Promise<void> {
    this.endNotes();
    await this.level.close();
  }

  /**
   * A write that was done in part has to be cut off before more is written. That itself takes room: as long as there is
   * none, the store stays open, so that it can be read.
   */
  private async reopen(): Promise<void> {
    const { bavail, bsize } = fs.statfsSync(this.options.folder);
    if (bavail * bsize < ROOM_TO_REOPEN)
      throw new Error(`No space left on device: at least ${ROOM_TO_REOPEN / 1024 / 1024} MB have to be free`);
    await this.level.close();
    await this.level.open();
    this.broken = false;
  }

  private note(): void {
    if (!this.unnoted || this.broken) return;
    this.unnoted = false;
    try {
      this.integrity.note();
    } catch (error) {
      this.options.hint(`The database's files could not be noted down: ${messageOf(error)}`);
    }
  }
}

/** The error for a folder that another process has open. */
export class FolderInUse extends StartError {
  constructor(folder: string) {
    super(`The data in ${folder} is in use by another run of the local cloud: stop that one first.`);
  }
}

/** Turns an error while the data is opened into a sentence for the developer. */
export function problemOf(error: unknown, folder: string): Error {
  if (error instanceof StartError) return error;
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  if (codeOf(cause) === "LEVEL_LOCKED") return new FolderInUse(folder);
  return new StartError(
    `The data in ${folder} cannot be read (${messageOf(cause)}): put a backup in its place, or move the folder away to ` +
      "start with empty tables.",
  );
}
