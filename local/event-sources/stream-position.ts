import type { StreamSourceDefinition } from "../definition/model";
import type { Batch } from "../dynamodb/streams/reader";
import type { Records } from "../records/records";
import type { Clock } from "../shared/clock";
import { messageOf } from "../shared/errors";
import type { JsonObject } from "../shared/json";
import { Wake } from "./wake";

/** The milliseconds after which a stream that could not be read is tried again. */
const WAIT = 1_000;

/** The streams of the tables, in this thread or in another. */
export interface ChangeStreams {
  arnOf(table: string): string | undefined | Promise<string | undefined>;
  position(start: "TRIM_HORIZON" | "LATEST"): number | Promise<number>;
  read(arn: string, after: number, limit: number, patterns: readonly JsonObject[]): Promise<Batch>;
  shardOf(arn: string): string | Promise<string>;
  watch(arn: string, callback: () => void): () => void;
}

export interface StreamPositionSettings {
  readonly definition: StreamSourceDefinition;
  readonly reader: ChangeStreams;
  /** The ARN of the table's stream. */
  readonly arn: string;
  /** Keeps how far the function got. */
  readonly records: Pick<Records, "entries" | "write">;
  readonly clock: Clock;
  readonly hint: (text: string) => void;
}

/** How far a mapping got in its stream. It is noted on disk, so that the next start goes on there. */
export class StreamPosition {
  private readonly wake: Wake;
  private readonly key: string;
  private position = 0;
  private ended = false;
  private unwatch: () => void = () => undefined;

  constructor(private readonly settings: StreamPositionSettings) {
    this.wake = new Wake(settings.clock);
    this.key = `place/${settings.definition.function.name}/${settings.arn}`;
  }

  /** Begins where the last run ended, or where the mapping says. */
  async start(): Promise<void> {
    const { records, reader, arn, definition } = this.settings;
    this.position = await reader.position(definition.start);
    for await (const [key, value] of records.entries(this.key)) if (key === this.key) this.position = Number(value);
    this.unwatch = reader.watch(arn, () => this.wake.wake());
  }

  /** Ends every wait. */
  stop(): void {
    this.ended = true;
    this.unwatch();
    this.wake.wake();
  }

  get stopped(): boolean {
    return this.ended;
  }

  /** Waits for records and, within the window, until there are enough. Returns undefined once it is stopped. */
  async next(): Promise<Batch | undefined> {
    const { definition, clock } = this.settings;
    const { batchSize, windowSeconds } = definition;
    let full: number | undefined;
    while (!this.ended) {
      const batch = await this.read();
      if (!batch) return undefined;
      if (batch.read > 0) {
        full ??= clock.now() + windowSeconds * 1000;
        if (batch.read >= batchSize || clock.now() >= full) return batch;
      }
      if (!this.ended) await this.wake.until(full);
    }
    return undefined;
  }

  /** Notes down that everything up to a position is handled. */
  async note(position: number): Promise<void> {
    if (position <= this.position) return;
    this.position = position;
    await this.settings.records.write([[this.key, String(position)]]);
  }

  /** Waits for a time, in epoch milliseconds, or for the end. */
  async pause(time: number): Promise<void> {
    while (!this.ended && this.settings.clock.now() < time) await this.wake.until(time);
  }

  /** Reads a batch. A database that cannot be read is tried again until it can. */
  private async read(): Promise<Batch | undefined> {
    const { reader, arn, definition, clock, hint } = this.settings;
    while (!this.ended)
      try {
        return await reader.read(arn, this.position, definition.batchSize, definition.patterns);
      } catch (error) {
        if (this.ended) break;
        hint(`${definition.address} cannot read its stream: ${messageOf(error)}`);
        await this.pause(clock.now() + WAIT);
      }
    return undefined;
  }
}
