import { randomUUID } from "node:crypto";
import type { QueueDefinition } from "../definition/model";
import type { Clock } from "../shared/clock";
import { invalidValue, sqsError } from "./errors";
import { type Message, type Outgoing, sizeOf } from "./message";

/** The most messages that are handed out and not deleted yet; see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
const MOST_IN_FLIGHT = 120_000;
/** The most seconds of a delay and of a visibility timeout. */
export const LONGEST_DELAY = 900;
export const LONGEST_VISIBILITY = 43_200;

/** A message that was handed out, with what it takes to delete it. */
export interface Received {
  readonly message: Message;
  readonly receipt: string;
}

/** Stores a message under its number, or removes it if there is none. */
type Persist = (number: number, message: Message | undefined) => Promise<void>;

export interface QueueSettings {
  readonly definition: QueueDefinition;
  readonly clock: Pick<Clock, "now">;
  readonly persist: Persist;
  /** Moves a message, given by itself, to the queue's dead letters. */
  readonly bury: (message: Message) => Promise<void>;
  /** The messages that were there at the last end, by their numbers in order. */
  readonly messages: ReadonlyMap<number, Message>;
}

/**
 * A standard queue. Messages are handed out in the order they came as a rule, but whoever works on them must not count
 * on it: one that was not deleted within its visibility timeout comes again.
 */
export class Queue {
  readonly definition: QueueDefinition;
  private readonly messages: Map<number, Message>;
  private last: number;
  private readonly listeners = new Set<() => void>();

  constructor(private readonly settings: QueueSettings) {
    this.definition = settings.definition;
    this.messages = new Map(settings.messages);
    this.last = Math.max(0, ...this.messages.keys());
  }

  /** Takes a message and returns its id, once it is on disk. Throws an SqsError for one that SQS refuses. */
  async send(outgoing: Outgoing): Promise<string> {
    const { maxBytes, delaySeconds } = this.definition;
    if (sizeOf(outgoing) > maxBytes)
      throw invalidValue(`One or more parameters are invalid. Reason: Message must be shorter than ${maxBytes} bytes.`);
    const { body, attributes, sender, group, delaySeconds: delay = delaySeconds } = outgoing;
    if (delay < 0 || delay > LONGEST_DELAY)
      throw invalidValue(
        `Value ${delay} for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= ${LONGEST_DELAY}.`,
      );
    const now = this.settings.clock.now();
    const id = randomUUID();
    await this.add({
      ...{ id, body, attributes, sender, receives: 0, sentAt: now, visibleAt: now + delay * 1000 },
      ...(group !== undefined && { group }),
    });
    return id;
  }

  /** Takes a message as it is, such as a dead letter. */
  async add(message: Message): Promise<void> {
    const number = ++this.last;
    await this.settings.persist(number, message);
    this.messages.set(number, message);
    for (const listener of [...this.listeners]) listener();
  }

  /**
   * Hands out messages that are visible, at most so many, and hides them.
   *
   * @param visibilitySeconds @default - the queue's
   */
  async receive(most: number, visibilitySeconds = this.definition.visibilitySeconds): Promise<Received[]> {
    await this.settle();
    const now = this.settings.clock.now();
    const found: Received[] = [];
    let inFlight = 0;
    for (const [number, message] of this.messages) {
      if (found.length >= most) break;
      if (message.visibleAt > now) {
        if (message.receives > 0) inFlight++;
        continue;
      }
      if (inFlight + found.length >= MOST_IN_FLIGHT)
        throw sqsError("OverLimit", "There are too many messages in flight.");
      const receives = message.receives + 1;
      const handed: Message = {
        ...message,
        receives,
        visibleAt: now + visibilitySeconds * 1000,
        firstReceivedAt: message.firstReceivedAt ?? now,
      };
      this.messages.set(number, handed);
      found.push({ message: handed, receipt: receiptOf(number, receives) });
    }
    await Promise.all(found.map(({ message, receipt }) => this.settings.persist(partsOf(receipt).number, message)));
    return found;
  }

  /** Deletes a message. An older receipt than the last one deletes nothing and is no error, as on AWS. */
  async delete(receipt: string): Promise<void> {
    const { number, receives } = partsOf(receipt);
    if (this.messages.get(number)?.receives !== receives) return;
    this.messages.delete(number);
    await this.settings.persist(number, undefined);
  }

  /** Lets a message that was handed out be handed out again after so many seconds. */
  async changeVisibility(receipt: string, seconds: number): Promise<void> {
    const { number, receives } = partsOf(receipt);
    if (seconds < 0 || seconds > LONGEST_VISIBILITY)
      throw invalidValue(
        `Value ${seconds} for parameter VisibilityTimeout is invalid. Reason: VisibilityTimeout must be an integer between 0 and ${LONGEST_VISIBILITY}.`,
      );
    const message = this.messages.get(number);
    const now = this.settings.clock.now();
    if (!message || message.receives !== receives || message.visibleAt <= now)
      throw sqsError(
        "MessageNotInflight",
        `Value ${receipt} for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not available for visibility timeout change.`,
      );
    const changed = { ...message, visibleAt: now + seconds * 1000 };
    this.messages.set(number, changed);
    await this.settings.persist(number, changed);
    for (const listener of [...this.listeners]) listener();
  }

  /** Deletes every message. */
  async purge(): Promise<void> {
    const numbers = [...this.messages.keys()];
    this.messages.clear();
    await Promise.all(numbers.map((number) => this.settings.persist(number, undefined)));
  }

  /** Forgets messages that are too old, and buries those that were handed out often enough. */
  async settle(): Promise<void> {
    const { retentionSeconds, deadLetters } = this.definition;
    const now = this.settings.clock.now();
    for (const [number, message] of this.messages) {
      const expired = message.sentAt + retentionSeconds * 1000 <= now;
      const exhausted = deadLetters && message.receives >= deadLetters.after && message.visibleAt <= now;
      if (!expired && !exhausted) continue;
      this.messages.delete(number);
      if (!expired) await this.settings.bury(message);
      await this.settings.persist(number, undefined);
    }
  }

  /** The numbers of messages that wait, that were handed out, and whose delay is not over. */
  counts(): { readonly visible: number; readonly inFlight: number; readonly delayed: number } {
    const now = this.settings.clock.now();
    const counts = { visible: 0, inFlight: 0, delayed: 0 };
    for (const { visibleAt, receives } of this.messages.values())
      counts[visibleAt <= now ? "visible" : receives > 0 ? "inFlight" : "delayed"]++;
    return counts;
  }

  /** The time at which the next message that is hidden can be handed out; undefined if none is hidden. */
  nextVisibleAt(): number | undefined {
    const now = this.settings.clock.now();
    let next: number | undefined;
    for (const { visibleAt } of this.messages.values())
      if (visibleAt > now && (next === undefined || visibleAt < next)) next = visibleAt;
    return next;
  }

  /** Calls back whenever a message comes or its visibility is changed; the answer ends it. */
  watch(callback: () => void): () => void {
    this.listeners.add(callback);
    return () => this.listeners.delete(callback);
  }
}

const receiptOf = (number: number, receives: number) => Buffer.from(`${number}/${receives}`).toString("base64url");

function partsOf(receipt: string): { readonly number: number; readonly receives: number } {
  const [, number, receives] = /^(\d+)\/(\d+)$/.exec(Buffer.from(receipt, "base64url").toString()) ?? [];
  if (number === undefined || receives === undefined)
    throw sqsError("ReceiptHandleIsInvalid", `The input receipt handle "${receipt}" is not a valid receipt handle.`);
  return { number: Number(number), receives: Number(receives) };
}
