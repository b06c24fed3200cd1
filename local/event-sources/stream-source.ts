import type { StreamSourceDefinition } from "../definition/model";
import type { Batch } from "../dynamodb/streams/reader";
import { parseSequence } from "../dynamodb/streams/records";
import { matches } from "../expressions/event-pattern";
import { errorText, fitsPayload, type InvocationResult } from "../lambda/invocation";
import type { Records } from "../records/records";
import type { Clock } from "../shared/clock";
import { messageOf } from "../shared/errors";
import type { JsonObject } from "../shared/json";
import { type GivenUp, givenUpMessage } from "./given-up";
import { outcomeOf } from "./outcome";
import { Wake } from "./wake";

/** The milliseconds before the first retry, which double with each, and the most. AWS says only that it backs off. */
const FIRST_WAIT = 1_000;
const LONGEST_WAIT = 60_000;

/** The streams of the tables, in this thread or in another. */
export interface ChangeStreams {
  arnOf(table: string): string | undefined | Promise<string | undefined>;
  position(start: "TRIM_HORIZON" | "LATEST"): number | Promise<number>;
  read(arn: string, after: number, limit: number): Promise<Batch>;
  shardOf(arn: string): string | Promise<string>;
  watch(arn: string, callback: () => void): () => void;
}

export interface StreamSourceSettings {
  readonly definition: StreamSourceDefinition;
  readonly reader: ChangeStreams;
  /** The ARN of the table's stream. */
  readonly arn: string;
  /** Keeps how far the function got. */
  readonly records: Pick<Records, "entries" | "write">;
  readonly invoke: (event: string) => Promise<InvocationResult>;
  /** Sends a message to the queue with an ARN, in the function's name. */
  readonly send: (queueArn: string, body: string) => Promise<void>;
  readonly clock: Clock;
  readonly hint: (text: string) => void;
}

/** Records that are handled together, and how often that failed. */
interface Part {
  readonly records: readonly JsonObject[];
  readonly attempts: number;
}

/**
 * Calls a function with the records of a stream, in their order, one batch at a time. What was handled is noted on disk,
 * so that the next start goes on there; what fails is split, repeated and given up as the mapping says.
 */
export class StreamSource {
  private readonly wake: Wake;
  private readonly key: string;
  private position = 0;
  private failures = 0;
  private stopped = false;
  private ended: Promise<void> = Promise.resolve();
  private unwatch: () => void = () => undefined;

  constructor(private readonly settings: StreamSourceSettings) {
    this.wake = new Wake(settings.clock);
    this.key = `place/${settings.definition.function.name}/${settings.arn}`;
  }

  /** Begins where the last run ended, or where the mapping says. */
  async start(): Promise<void> {
    const { records, reader, arn, definition, hint } = this.settings;
    this.position = await reader.position(definition.start);
    for await (const [key, value] of records.entries(this.key)) if (key === this.key) this.position = Number(value);
    this.unwatch = reader.watch(arn, () => this.wake.wake());
    this.ended = this.run().catch((error: unknown) => hint(`${definition.address} stops: ${messageOf(error)}`));
  }

  /** Calls no more. The call that is under way goes on; what comes of it does not count. */
  stop(): void {
    this.stopped = true;
    this.unwatch();
    this.wake.wake();
  }

  /** Waits for the end of what was under way when it was stopped. */
  async settled(): Promise<void> {
    await this.ended;
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      const batch = await this.collect();
      if (this.stopped) return;
      await this.handle(batch.records);
      if (this.stopped) return;
      await this.note(batch.position);
    }
  }

  /** Waits for records and, within the window, until there are enough. Those that match no pattern are not among them. */
  private async collect(): Promise<{ readonly records: readonly JsonObject[]; readonly position: number }> {
    const { definition, clock } = this.settings;
    const { batchSize, windowSeconds, patterns } = definition;
    let full: number | undefined;
    for (;;) {
      const { records, position } = await this.read();
      if (records.length > 0) {
        full ??= clock.now() + windowSeconds * 1000;
        if (records.length >= batchSize || clock.now() >= full)
          return {
            position,
            records: records.filter(
              (record) => patterns.length === 0 || patterns.some((pattern) => matches(pattern, record)),
            ),
          };
      }
      if (this.stopped) return { records: [], position: this.position };
      await this.wake.until(full);
      if (this.stopped) return { records: [], position: this.position };
    }
  }

  /** Reads a batch. A database that cannot be read is tried again until it can. */
  private async read(): Promise<Batch> {
    const { reader, arn, definition, clock, hint } = this.settings;
    while (!this.stopped)
      try {
        return await reader.read(arn, this.position, definition.batchSize);
      } catch (error) {
        if (this.stopped) break;
        hint(`${definition.address} cannot read its stream: ${messageOf(error)}`);
        await this.pause(clock.now() + FIRST_WAIT);
      }
    return { records: [], position: this.position };
  }

  private async handle(records: readonly JsonObject[]): Promise<void> {
    const parts: Part[] = [{ records, attempts: 0 }];
    for (let part = parts.shift(); part; part = parts.shift()) {
      const young = await this.withoutOld(part);
      if (young.records.length === 0) continue;
      parts.unshift(...(await this.attempt(young)));
      if (this.stopped) return;
    }
  }

  /** Gives up the records that are too old. */
  private async withoutOld({ records, attempts }: Part): Promise<Part> {
    const { maximumAgeSeconds } = this.settings.definition;
    if (maximumAgeSeconds === undefined) return { records, attempts };
    const oldest = this.settings.clock.now() / 1000 - maximumAgeSeconds;
    const first = records.findIndex(
      ({ dynamodb }) => Number((dynamodb as JsonObject).ApproximateCreationDateTime) >= oldest,
    );
    const old = first < 0 ? records : records.slice(0, first);
    if (old.length > 0) await this.giveUp(old, "RecordAgeExceeded", attempts, "Unhandled");
    return { records: first < 0 ? [] : records.slice(first), attempts };
  }

  /** Calls the function with records, and returns those that are to be handled yet. */
  private async attempt({ records, attempts }: Part): Promise<readonly Part[]> {
    const { definition, invoke, clock } = this.settings;
    const { bisects, retries, reportsFailures } = definition;
    const event = JSON.stringify({ Records: records });
    if (!fitsPayload(event) && records.length > 1) return halves(records, attempts);
    const ids = records.map(sequenceOf);
    const result = await invoke(event);
    if (this.stopped) return [];
    const outcome = outcomeOf(result, new Set(ids), reportsFailures);
    if (outcome === "done") {
      this.failures = 0;
      await this.note(ids.at(-1));
      return [];
    }
    // In a stream the first that failed is where it goes on, whatever became of those after it.
    const from = outcome === "failed" ? 0 : ids.findIndex((id) => outcome.failures.has(id));
    this.explain(records.slice(from), result, outcome === "failed");
    if (from > 0) {
      await this.note(ids[from - 1]);
      this.failures = 0;
      return [{ records: records.slice(from), attempts }];
    }
    const wait = Math.min(FIRST_WAIT * 2 ** this.failures++, LONGEST_WAIT);
    if (bisects && records.length > 1) {
      await this.pause(clock.now() + wait);
      return halves(records, attempts);
    }
    if (retries !== undefined && attempts >= retries) {
      this.failures = 0;
      await this.giveUp(records, "RetryAttemptsExhausted", attempts + 1, outcome === "failed" ? "Unhandled" : null);
      await this.note(ids.at(-1));
      return [];
    }
    await this.pause(clock.now() + wait);
    return [{ records, attempts: attempts + 1 }];
  }

  /** Waits for a time, or for the end. */
  private async pause(time: number): Promise<void> {
    while (!this.stopped && this.settings.clock.now() < time) await this.wake.until(time);
  }

  private async giveUp(
    records: readonly JsonObject[],
    condition: GivenUp["condition"],
    invokeCount: number,
    functionError: GivenUp["functionError"],
  ): Promise<void> {
    const { definition, arn, reader, clock, send, hint } = this.settings;
    hint(`${definition.address} gives up ${records.length} records of ${definition.table}: ${condition}.`);
    if (definition.onFailure !== undefined)
      await send(
        definition.onFailure,
        givenUpMessage({
          functionArn: definition.function.arn,
          streamArn: arn,
          shardId: await reader.shardOf(arn),
          now: clock.now(),
          ...{ condition, invokeCount, functionError, records },
        }),
      );
  }

  private explain(records: readonly JsonObject[], result: InvocationResult, threw: boolean): void {
    const { definition, hint } = this.settings;
    const reason = threw && !result.ok ? errorText(result) : `it answered ${result.json}`;
    hint(`${definition.function.bundle} failed on ${records.length} records of ${definition.table}: ${reason}`);
  }

  /** Notes down that all is handled up to a position, or up to the record with a sequence number. */
  private async note(place: number | string | undefined): Promise<void> {
    const position = typeof place === "number" ? place : (parseSequence(place ?? "") ?? 0);
    if (position <= this.position) return;
    this.position = position;
    await this.settings.records.write([[this.key, String(position)]]);
  }
}

/** Splits records in two. That uses up none of their retries. */
function halves(records: readonly JsonObject[], attempts: number): readonly Part[] {
  const middle = Math.ceil(records.length / 2);
  return [records.slice(0, middle), records.slice(middle)].map((half) => ({ records: half, attempts }));
}

const sequenceOf = ({ dynamodb }: JsonObject): string => String((dynamodb as JsonObject).SequenceNumber);
