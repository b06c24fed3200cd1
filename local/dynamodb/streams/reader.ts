import type { JsonObject } from "../../shared/json";
import type { Engine } from "../engine";
import { recordOf } from "./records";
import { type Stream, shardOf } from "./streams";

/** Records as functions are given them, and where to go on. */
export interface Batch {
  readonly records: readonly JsonObject[];
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
   * Reads records after a position, the oldest first, at most so many. What is older than 24 hours is not there any
   * more. Throws an Error if there is no such stream.
   */
  async read(arn: string, after: number, limit: number): Promise<Batch> {
    const stream = this.find(arn);
    const entries = await this.engine.streams.read(stream, after, limit);
    const { region } = this.engine.place;
    return {
      records: entries.map(({ sequence, record }) => ({
        ...recordOf(arn, stream.viewType, region, sequence, record),
        eventSourceARN: arn,
      })),
      position: entries.at(-1)?.sequence ?? after,
    };
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
