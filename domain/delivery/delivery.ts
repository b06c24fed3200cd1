import { epochSeconds } from "../realtime/connections";
import { encodeMessage, type Message } from "../realtime/message";
import type { Subscriber, SubscriptionStore } from "../realtime/subscriptions";
import type { Topic } from "../realtime/topics";
import { SendingForbidden } from "../shared/errors";
import type { SweepServices } from "./attempts";
import type { DeliveryProgress } from "./delivery-progress";
import { sweep } from "./sweep";
import type { SweepResult } from "./sweeping";
import { cutAfter, segmentsAfter, type Task, type TaskQueue } from "./tasks";

/** The seconds for which connections that could not be reached are left alone, by the times they have been handed on. */
export const STRAGGLER_DELAYS = [1, 5, 30];

export interface DeliveryServices extends SweepServices {
  readonly subscriptions: Pick<SubscriptionStore, "pages" | "forget">;
  readonly queue: TaskQueue;
  readonly progress: DeliveryProgress;
  /** The most subscribers that are sent to here. The others are handed to the queue, about as many in each segment. */
  readonly threshold: number;
}

/** What became of a delivery. Nobody is forgotten: who is not reached yet is in the queue. */
export interface DeliveryResult {
  /** The id of the message. */
  readonly id: string;
  /** The number of connections that were sent to: delivered + gone + failed + left. */
  readonly attempted: number;
  readonly delivered: number;
  /** The number of connections that turned out to be closed. */
  readonly gone: number;
  /** The number of connections that the gateway would not send this message to. */
  readonly failed: number;
  /** The number of connections that could not be reached yet and wait in the queue. */
  readonly left: number;
  /** The number of segments in the queue, each with more subscribers. */
  readonly segments: number;
}

/**
 * Sends a message to the subscribers of any of the topics, or has it sent.
 *
 * The first ones are sent to here, in the order of their places. If there are more than the threshold, the rest of the
 * hash space is cut into segments, which workers take from a queue; so is whatever is not done when the signal aborts.
 * When it resolves, every subscriber has been sent to or is in the queue. It may be called again for the same message:
 * the segments are the same then, and those that are done are not done again.
 *
 * @param signal aborts when the time is up but for two seconds, which handing on may take
 * @throws TooLarge before anything is sent; SendingForbidden; the error of the store or of the queue
 */
export async function deliver(
  message: Message,
  topics: readonly Topic[],
  services: DeliveryServices,
  signal: AbortSignal,
): Promise<DeliveryResult> {
  const data = encodeMessage(message);
  const { id } = message;
  const { log, now, progress, queue, subscriptions, threshold } = services;
  const text = Buffer.from(data).toString();
  const { reached, stopped, ...counts } = await sweep(
    subscriptions.pages(topics, {}, epochSeconds(now()), signal),
    data,
    services,
    { id, signal, most: threshold, hurries: true, leave: (left) => handOn(queue, { id, text }, left, 1) },
  );
  if (stopped === "forbidden") throw forbidden(services, id, counts);
  if (stopped === undefined) return { id, ...counts, segments: 0 };
  if (typeof stopped === "object") {
    if (reached === undefined) throw stopped.error;
    log.error("A delivery could not read all subscribers, and leaves the rest to the queue", {
      error: stopped.error,
      message_id: id,
    });
  }
  const proposal = {
    after: reached ?? "",
    segments: reached === undefined ? 1 : segmentsAfter(reached, counts.attempted, threshold),
  };
  const cut = await progress.cut(id, proposal, now());
  const tasks = cutAfter(cut.after, cut.segments).map(
    (range, number): Task => ({ kind: "segment", id, text, topics: [...topics], number, ...range }),
  );
  await queue.send(tasks);
  return { id, ...counts, segments: tasks.length };
}

/** The most connections of one task: few enough for a worker that has to wait for each of them. */
const STRAGGLERS = 100;

/** Hands connections that could not be reached to the queue. */
export async function handOn(
  queue: TaskQueue,
  message: { readonly id: string; readonly text: string },
  left: readonly Subscriber[],
  round: number,
): Promise<void> {
  const connections = left.map(({ connectionId, connectedAt, topic }) => ({
    connectionId,
    connectedAt,
    ...(topic !== undefined && { topic }),
  }));
  const tasks: Task[] = [];
  for (let start = 0; start < connections.length; start += STRAGGLERS)
    tasks.push({ kind: "stragglers", ...message, round, connections: connections.slice(start, start + STRAGGLERS) });
  await queue.send(tasks, STRAGGLER_DELAYS[round - 1]);
}

/** Logs that sending is forbidden, and how far it came. */
export function forbidden(
  { log }: Pick<DeliveryServices, "log">,
  id: string,
  counts: Omit<SweepResult, "reached" | "stopped">,
): SendingForbidden {
  const error = new SendingForbidden();
  log.error("A delivery had to stop", { error, message_id: id, ...counts });
  return error;
}
