import type { Clock } from "../../shared/clock";
import { parseJson } from "../../shared/json";
import type { KeySchema, Table, TableStream, ViewType } from "../schema/table";
import type { Catalog } from "../storage/catalog";
import { rangeOf, recordKey, recordsPrefix, STREAMS, streamKey } from "../storage/keys";
import type { Store } from "../storage/store";
import type { Transaction, Writer } from "../storage/writer";
import { Recorder, type StoredRecord } from "./records";

/** The time that a record can be read, in milliseconds. */
export const RETENTION = 24 * 60 * 60 * 1000;
/** The number of records that are trimmed at once. */
const BATCH = 1000;

/** A stream, on or off. It can be read until its last record is trimmed, even if the table is gone. */
export interface Stream {
  readonly id: number;
  readonly arn: string;
  readonly label: string;
  readonly tableName: string;
  readonly viewType: ViewType;
  readonly key: KeySchema;
  /** In milliseconds. */
  readonly createdAt: number;
  /** The last sequence number that was given out before the stream was there: its records come after. */
  readonly startsAfter: number;
  /** The time at which it was switched off, in milliseconds, and the last sequence number until then. */
  readonly closed?: { readonly at: number; readonly sequence: number };
}

/** The name of a stream's one shard, which lasts. */
export const shardOf = ({ createdAt, id }: Stream) =>
  `shardId-${String(createdAt).padStart(20, "0")}-${id.toString(16).padStart(8, "0")}`;

/** A record and where it is in its stream. */
export interface Entry {
  readonly sequence: number;
  readonly record: StoredRecord;
}

/** The change streams of all tables. Each is one shard, so that the changes of an item are in their order. */
export class Streams {
  readonly recorder: Recorder;
  private readonly streams = new Map<number, Stream>();
  private readonly listeners = new Map<string, Set<() => void>>();

  private constructor(
    private readonly store: Store,
    private readonly writer: Writer,
    private readonly clock: Pick<Clock, "now">,
  ) {
    this.recorder = new Recorder(clock);
  }

  static async load(store: Store, writer: Writer, clock: Pick<Clock, "now">): Promise<Streams> {
    const streams = new Streams(store, writer, clock);
    for await (const [, value] of store.entries(STREAMS)) {
      const stream = JSON.parse(value) as Stream;
      streams.streams.set(stream.id, stream);
      streams.recorder.resume(Math.max(stream.startsAfter, await streams.latest(stream)));
    }
    return streams;
  }

  all(): Stream[] {
    return [...this.streams.values()];
  }

  find(arn: string): Stream | undefined {
    return this.all().find((stream) => stream.arn === arn);
  }

  /** Switches on a stream for a table. */
  open(transaction: Transaction, catalog: Catalog, table: Omit<Table, "stream">, viewType: ViewType): TableStream {
    const id = catalog.newId(transaction);
    const now = this.clock.now();
    const label = this.newLabel(table.name, now);
    const { name: tableName, key } = table;
    const startsAfter = this.recorder.latest;
    this.save(transaction, {
      id,
      arn: `${table.arn}/stream/${label}`,
      label,
      tableName,
      viewType,
      key,
      createdAt: now,
      startsAfter,
    });
    return { id, label, viewType };
  }

  /** Switches off a table's stream, if it has one. What is in it stays until it is trimmed. */
  close(transaction: Transaction, { stream }: Table): void {
    const open = stream && this.streams.get(stream.id);
    if (open) this.save(transaction, { ...open, closed: { at: this.clock.now(), sequence: this.recorder.latest } });
  }

  /**
   * Reads the records after a sequence number, the oldest first, up to a number of them. Those older than 24 hours are
   * not there any more.
   */
  async read({ id }: Stream, after: number, limit: number): Promise<Entry[]> {
    const found: Entry[] = [];
    const oldest = this.clock.now() - RETENTION;
    const { before } = rangeOf(recordsPrefix(id));
    for await (const [key, value] of this.store.entries({ from: recordKey(id, after + 1), before }, limit)) {
      const record = JSON.parse(value) as StoredRecord;
      if (record.at <= oldest) continue;
      found.push({ sequence: sequenceOf(key), record });
      if (found.length >= limit) break;
    }
    return found;
  }

  /** The sequence number of the last record; zero if there is none. */
  async latest({ id }: Stream): Promise<number> {
    for await (const [key] of this.store.entries({ ...rangeOf(recordsPrefix(id)), reverse: true }, 1))
      return sequenceOf(key);
    return 0;
  }

  /** Calls back after each commit that adds to a stream, given by its ARN; the answer ends it. */
  watch(arn: string, callback: () => void): () => void {
    const listeners = this.listeners.get(arn) ?? new Set();
    this.listeners.set(arn, listeners.add(callback));
    return () => {
      listeners.delete(callback);
    };
  }

  /** Tells those who watch the table's stream, once the transaction is committed. */
  announce(transaction: Transaction, { stream }: Table): void {
    const arn = stream && this.streams.get(stream.id)?.arn;
    const listeners = arn === undefined ? undefined : this.listeners.get(arn);
    if (listeners && listeners.size > 0)
      transaction.committed(() => {
        for (const listener of listeners) queueMicrotask(listener);
      });
  }

  /** Removes what is older than 24 hours, and streams that are switched off and empty. */
  async trim(): Promise<void> {
    const oldest = this.clock.now() - RETENTION;
    for (const stream of this.all()) {
      while (await this.trimBatch(stream, oldest));
      const { closed, id } = stream;
      if (closed && closed.at <= oldest)
        await this.writer.run((transaction) => {
          transaction.delete(streamKey(id));
          transaction.committed(() => this.streams.delete(id));
        });
    }
  }

  /** Trims some records, and tells if there may be more. */
  private async trimBatch({ id }: Stream, oldest: number): Promise<boolean> {
    const keys: string[] = [];
    for await (const [key, value] of this.store.entries(rangeOf(recordsPrefix(id)), BATCH)) {
      const record = parseJson(value) as StoredRecord | undefined;
      if (keys.length === BATCH || (record && record.at > oldest)) break;
      keys.push(key);
    }
    if (keys.length > 0)
      await this.writer.run((transaction) => {
        for (const key of keys) transaction.delete(key);
      });
    return keys.length === BATCH;
  }

  /** AWS makes the label of the time; two streams of a table within a millisecond need two. */
  private newLabel(tableName: string, now: number): string {
    const taken = new Set(this.all().flatMap((stream) => (stream.tableName === tableName ? [stream.label] : [])));
    let time = now;
    const label = () => new Date(time).toISOString().slice(0, -1);
    while (taken.has(label())) time++;
    return label();
  }

  private save(transaction: Transaction, stream: Stream): void {
    transaction.put(streamKey(stream.id), JSON.stringify(stream));
    transaction.committed(() => this.streams.set(stream.id, stream));
  }
}

/** The sequence number is the last eight bytes of a record's key. */
function sequenceOf(key: string): number {
  let sequence = 0;
  for (let index = key.length - 8; index < key.length; index++) sequence = sequence * 256 + key.charCodeAt(index);
  return sequence;
}
