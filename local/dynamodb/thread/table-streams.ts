import type { JsonObject } from "../../shared/json";
import type { Batch } from "../streams/reader";
import type { DatabaseThread } from "./database-thread";

/** Reads the tables' change streams from outside the database's thread; see `StreamReader`. */
export class TableStreams {
  constructor(private readonly thread: DatabaseThread) {}

  /** The ARN of a table's stream; undefined if the table has none that is on. */
  arnOf(table: string): Promise<string | undefined> {
    return this.thread.ask("streamOf", { table });
  }

  /** The position from which to read everything that is there (`TRIM_HORIZON`), or what comes from now on (`LATEST`). */
  position(start: "TRIM_HORIZON" | "LATEST"): Promise<number> {
    return this.thread.ask("position", { start });
  }

  /** Reads records after a position, the oldest first, at most so many. Throws an Error if there is no such stream. */
  read(arn: string, after: number, limit: number, patterns: readonly JsonObject[]): Promise<Batch> {
    return this.thread.ask("read", { arn, after, limit, patterns });
  }

  /** The id of the stream's shard. Throws an Error if there is no such stream. */
  shardOf(arn: string): Promise<string> {
    return this.thread.ask("shardOf", { arn });
  }

  /** Calls back after each commit that adds to the stream; the answer ends it. */
  watch(arn: string, callback: () => void): () => void {
    return this.thread.watch(arn, callback);
  }
}
