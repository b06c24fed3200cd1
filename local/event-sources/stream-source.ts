import type { StreamRecord } from "../dynamodb/streams/reader";
import { parseSequence } from "../dynamodb/streams/records";
import { errorText, fitsPayload, type InvocationResult } from "../lambda/invocation";
import { messageOf } from "../shared/errors";
import { type GivenUp, givenUpMessage } from "./given-up";
import { outcomeOf } from "./outcome";
import { StreamPosition, type StreamPositionSettings } from "./stream-position";

/** The milliseconds before the first retry, which double with each, and the most. AWS says only that it backs off. */
const FIRST_WAIT = 1_000;
const LONGEST_WAIT = 60_000;

export interface StreamSourceSettings extends StreamPositionSettings {
  readonly invoke: (event: string) => Promise<InvocationResult>;
  /** Sends a message to the queue with an ARN, in the function's name. */
  readonly send: (queueArn: string, body: string) => Promise<void>;
}

/** Records that are handled together, and how often that failed. */
interface Part {
  readonly records: readonly StreamRecord[];
  readonly attempts: number;
}

/**
 * Calls a function with the records of a stream, in their order, one batch at a time. What was handled is noted on disk,
 * so that the next start goes on there; what fails is split, repeated and given up as the mapping says.
 */
export class StreamSource {
  private readonly position: StreamPosition;
  private failures = 0;
  private ended: Promise<void> = Promise.resolve();

  constructor(private readonly settings: StreamSourceSettings) {
    this.position = new StreamPosition(settings);
  }

  /** Begins where the last run ended, or where the mapping says. */
  async start(): Promise<void> {
    const { definition, hint } = this.settings;
    await this.position.start();
    this.ended = this.run().catch((error: unknown) => hint(`${definition.address} stops: ${messageOf(error)}`));
  }

  /** Calls no more. The call that is under way goes on; what comes of it does not count. */
  stop(): void {
    this.position.stop();
  }

  /** Waits for the end of what was under way when it was stopped. */
  async settled(): Promise<void> {
    await this.ended;
  }

  private async run(): Promise<void> {
    for (let batch = await this.position.next(); batch; batch = await this.position.next()) {
      await this.handle(batch.records);
      if (this.position.stopped) return;
      await this.position.note(batch.position);
    }
  }

  private async handle(records: readonly StreamRecord[]): Promise<void> {
    const parts: Part[] = [{ records, attempts: 0 }];
    for (let part = parts.shift(); part; part = parts.shift()) {
      const young = await this.withoutOld(part);
      if (young.records.length === 0) continue;
      parts.unshift(...(await this.attempt(young)));
      if (this.position.stopped) return;
    }
  }

  /** Gives up the records that are too old. */
  private async withoutOld({ records, attempts }: Part): Promise<Part> {
    const { maximumAgeSeconds } = this.settings.definition;
    if (maximumAgeSeconds === undefined) return { records, attempts };
    const oldest = this.settings.clock.now() / 1000 - maximumAgeSeconds;
    const first = records.findIndex(({ createdAt }) => createdAt >= oldest);
    const old = first < 0 ? records : records.slice(0, first);
    if (old.length > 0) await this.giveUp(old, "RecordAgeExceeded", attempts, "Unhandled");
    return { records: first < 0 ? [] : records.slice(first), attempts };
  }

  /** Calls the function with records, and returns those that are to be handled yet. */
  private async attempt({ records, attempts }: Part): Promise<readonly Part[]> {
    const { definition, invoke, clock } = this.settings;
    const { bisects, retries, reportsFailures } = definition;
    const event = `{"Records":[${records.map(({ json }) => json).join()}]}`;
    if (!fitsPayload(event) && records.length > 1) return halves(records, attempts);
    const ids = records.map(({ sequenceNumber }) => sequenceNumber);
    const result = await invoke(event);
    if (this.position.stopped) return [];
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
      await this.position.pause(clock.now() + wait);
      return halves(records, attempts);
    }
    if (retries !== undefined && attempts >= retries) {
      this.failures = 0;
      await this.giveUp(records, "RetryAttemptsExhausted", attempts + 1, outcome === "failed" ? "Unhandled" : null);
      await this.note(ids.at(-1));
      return [];
    }
    await this.position.pause(clock.now() + wait);
    return [{ records, attempts: attempts + 1 }];
  }

  private async giveUp(
    records: readonly StreamRecord[],
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

  private explain(records: readonly StreamRecord[], result: InvocationResult, threw: boolean): void {
    const { definition, hint } = this.settings;
    const reason = threw && !result.ok ? errorText(result) : `it answered ${result.json}`;
    hint(`${definition.function.bundle} failed on ${records.length} records of ${definition.table}: ${reason}`);
  }

  /** Notes down that all is handled up to the record with a sequence number. */
  private async note(sequenceNumber: string | undefined): Promise<void> {
    await this.position.note(parseSequence(sequenceNumber ?? "") ?? 0);
  }
}

/** Splits records in two. That uses up none of their retries. */
function halves(records: readonly StreamRecord[], attempts: number): readonly Part[] {
  const middle = Math.ceil(records.length / 2);
  return [records.slice(0, middle), records.slice(middle)].map((half) => ({ records: half, attempts }));
}
