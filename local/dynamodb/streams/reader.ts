import { matches } from "../../expressions/event-pattern";
import type { JsonObject } from "../../shared/json";
import type { Engine } from "../engine";
import { recordOf, shownSequence } from "./records";
import { type Stream, shardOf } from "./streams";

/**
 * A record as functions are given it. It leaves the database's thread as text: to copy its members, and to write them
 * for the function again, would hold up everything else for as long as the item is large.
 */
export interface StreamRecord {
  readonly sequenceNumber: string;
  /** In seconds since 1970. */
  readonly createdAt: number;
  readonly json: string;
}

/** What was read, and where to go on. */
export interface Batch {
  /** The number of records that were read. */
  readonly read: number;
  /** The records among them that match. */
  readonly records: readonly StreamRecord[];
  /** The position after which to read next time. */
  readonly position: number;
}

/**
 * Reads the tables' change streams within the database's thread, for event source mappings: no polling, no iterators. A
 * position is the sequence number of the last record that was read; records keep theirs, so that it may be stored.
 */
export class StreamReader {
  constructor(private readonly engine: Engine) {}

  /** The ARN of a table's stream; undefined if the table has none that is on. */
  arnOf(tableName: string): string | undefined {
    const table = this.engine.catalog.find(tableName);
    return table?.stream && `${table.arn}/stream/${table.stream.label}`;
  }

  /** The position from which to read everything that is there (`TRIM_HORIZON`), or what comes from now on (`LATEST`). */
  position(start: "TRIM_HORIZON" | "LATEST"): number {
    return start === "LATEST" ? this.engine.streams.recorder.latest : 0;
  }

  /**
   * Reads records after a position, the oldest first, at most so many, and answers those that match one of the patterns,
   * or all if there are none. What is older than 24 hours is not there any more. Throws an Error if there is no such
   * stream.
   */
  async read(arn: string, after: number, limit: number, patterns: readonly JsonObject[]): Promise<Batch> {
    const stream = this.find(arn);
    const entries = await this.engine.streams.read(stream, after, limit);
    const { region } = this.engine.place;
    const records = entries.flatMap(({ sequence, record: stored }): StreamRecord[] => {
      const record = { ...recordOf(arn, stream.viewType, region, sequence, stored), eventSourceARN: arn };
      if (patterns.length > 0 && !patterns.some((pattern) => matches(pattern, record))) return [];
      return [
        {
          sequenceNumber: shownSequence(sequence),
          createdAt: Math.floor(stored.at / 1000),
          json: JSON.stringify(record),
        },
      ];
    });
    return { read: entries.length, records, position: entries.at(-1)?.sequence ?? after };
  }

  /** The id of the stream's shard. Throws an Error if there is no such stream. */
  shardOf(arn: string): string {
    return shardOf(this.find(arn));
  }

  /** Calls back after each commit that adds to the stream; the answer ends it. */
  watch(arn: string, callback: () => void): () => void {
    this.find(arn);
    return this.engine.streams.watch(arn, callback);
  }

  private find(arn: string): Stream {
    const stream = this.engine.streams.find(arn);
    if (!stream) throw new Error(`There is no stream ${arn}.`);
    return stream;
  }
}
