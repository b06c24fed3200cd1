import type { QueueSourceDefinition } from "../definition/model";
import { matches } from "../expressions/event-pattern";
import { errorText, fitsPayload, type InvocationResult } from "../lambda/invocation";
import type { Clock } from "../shared/clock";
import { messageOf } from "../shared/errors";
import { isObject, type Json, type JsonObject, parseJson } from "../shared/json";
import { attributesMd5, md5, systemAttributes } from "../sqs/message";
import type { Queue, Received } from "../sqs/queue";
import { outcomeOf } from "./outcome";
import { Wake } from "./wake";

/** The most messages that one request to SQS receives. */
const AT_ONCE = 10;

export interface QueueSourceSettings {
  readonly definition: QueueSourceDefinition;
  readonly queue: Queue;
  readonly region: string;
  /** The most calls at once on this machine, whatever the mapping allows. */
  readonly mostCalls: number;
  readonly invoke: (event: string) => Promise<InvocationResult>;
  readonly clock: Clock;
  readonly hint: (text: string) => void;
}

/**
 * Calls a function with the messages of a queue, in batches, several at once. Messages that were handled are deleted;
 * the others come again when their visibility timeout is over, until the queue takes them for dead.
 */
export class QueueSource {
  private readonly wake: Wake;
  private readonly calls = new Set<Promise<void>>();
  private stopped = false;
  private ended: Promise<void> = Promise.resolve();
  private unwatch: () => void = () => undefined;

  constructor(private readonly settings: QueueSourceSettings) {
    this.wake = new Wake(settings.clock);
  }

  async start(): Promise<void> {
    const { queue, definition, hint } = this.settings;
    this.unwatch = queue.watch(() => this.wake.wake());
    this.ended = this.run().catch((error: unknown) => hint(`${definition.address} stops: ${messageOf(error)}`));
  }

  /** Calls no more. Calls that are under way go on; what comes of them does not count. */
  stop(): void {
    this.stopped = true;
    this.unwatch();
    this.wake.wake();
  }

  /** Waits for the end of what was under way when it was stopped. */
  async settled(): Promise<void> {
    await this.ended;
    await Promise.all(this.calls);
  }

  private async run(): Promise<void> {
    const { definition, queue, mostCalls } = this.settings;
    const most = Math.min(definition.concurrency, mostCalls);
    while (!this.stopped) {
      const batch = this.calls.size < most ? await this.collect() : [];
      if (batch.length === 0) {
        if (!this.stopped) await this.wake.until(this.calls.size < most ? queue.nextVisibleAt() : undefined);
        continue;
      }
      const call = this.handle(batch)
        .catch((error: unknown) => this.settings.hint(`${definition.address} failed: ${messageOf(error)}`))
        .finally(() => {
          this.calls.delete(call);
          this.wake.wake();
        });
      this.calls.add(call);
    }
  }

  /** Receives a batch: what is there, or what comes within the window. Messages that match no pattern are deleted. */
  private async collect(): Promise<readonly Received[]> {
    const { queue, definition, clock } = this.settings;
    const { batchSize, windowSeconds, patterns } = definition;
    const batch: Received[] = [];
    let end: number | undefined;
    while (!this.stopped) {
      const received = await queue.receive(Math.min(AT_ONCE, batchSize - batch.length));
      for (const one of received)
        if (patterns.length === 0 || patterns.some((pattern) => matchesMessage(pattern, one))) batch.push(one);
        else await queue.delete(one.receipt);
      if (batch.length > 0) end ??= clock.now() + windowSeconds * 1000;
      if (batch.length >= batchSize || (received.length === 0 && (end === undefined || clock.now() >= end))) break;
      if (received.length === 0) await this.wake.until(end);
    }
    return batch;
  }

  private async handle(batch: readonly Received[]): Promise<void> {
    const { queue, definition, invoke, hint } = this.settings;
    const event = JSON.stringify({ Records: batch.map((one) => this.recordOf(one)) });
    if (!fitsPayload(event) && batch.length > 1) {
      const middle = Math.ceil(batch.length / 2);
      await this.handle(batch.slice(0, middle));
      return this.handle(batch.slice(middle));
    }
    const result = await invoke(event);
    if (this.stopped) return;
    const ids = new Set(batch.map(({ message }) => message.id));
    const outcome = outcomeOf(result, ids, definition.reportsFailures);
    if (outcome !== "done") {
      const reason = result.ok ? `it answered ${result.json}` : errorText(result);
      hint(`${definition.function.bundle} failed on messages of ${queue.definition.name}: ${reason}`);
    }
    if (outcome === "failed") return;
    const handled = batch.filter(({ message }) => outcome === "done" || !outcome.failures.has(message.id));
    await Promise.all(handled.map(({ receipt }) => queue.delete(receipt)));
  }

  /** A message as functions are given it. */
  private recordOf({ message, receipt }: Received): JsonObject {
    const { id, body, attributes } = message;
    const hash = attributesMd5(attributes);
    return {
      messageId: id,
      receiptHandle: receipt,
      body,
      attributes: systemAttributes(message),
      messageAttributes: functionAttributes(attributes),
      md5OfBody: md5(body),
      ...(hash !== undefined && { md5OfMessageAttributes: hash }),
      eventSource: "aws:sqs",
      eventSourceARN: this.settings.queue.definition.arn,
      awsRegion: this.settings.region,
    };
  }
}

/** Functions are given attributes under other names than the API's. */
function functionAttributes(attributes: JsonObject = {}): JsonObject {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, attribute]) => {
      const { StringValue, BinaryValue, DataType } = (isObject(attribute) ? attribute : {}) as JsonObject;
      return [
        name,
        {
          ...(StringValue !== undefined && { stringValue: StringValue }),
          ...(BinaryValue !== undefined && { binaryValue: BinaryValue }),
          ...{ stringListValues: [], binaryListValues: [], dataType: DataType ?? null },
        },
      ];
    }),
  );
}

/** A pattern for an object in the body matches a body that is JSON; a list of texts matches the body as it is. */
function matchesMessage(pattern: JsonObject, { message }: Received): boolean {
  const body: Json | undefined = isObject(pattern.body) ? parseJson(message.body) : message.body;
  return matches(pattern, { ...(body !== undefined && { body }), attributes: systemAttributes(message) });
}
