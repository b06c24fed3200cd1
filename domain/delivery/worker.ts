import { epochSeconds } from "../realtime/connections";
import type { Range } from "../realtime/subscriptions";
import { type DeliveryServices, forbidden, handOn, STRAGGLER_DELAYS } from "./delivery";
import { sweep } from "./sweep";
import type { SweepResult } from "./sweeping";
import { type SegmentTask, type StragglersTask, subscribersOf, type Task } from "./tasks";

/** Another worker is at work on the same task, or ended without a word a moment ago: it is to be tried again later. */
export class TaskBusy extends Error {
  override readonly name = "TaskBusy";

  constructor(task: string) {
    super(`Another worker is at work on ${task}.`);
  }
}

/** There is too little time to do anything. If that is always so, the task ends among the dead letters. */
class NoTime extends Error {
  override readonly name = "NoTime";

  constructor(task: string) {
    super(`The time is up before anybody was sent to by ${task}.`);
  }
}

/** What became of a task, for the log. */
export type TaskResult = Omit<SweepResult, "reached" | "stopped"> & {
  readonly state: "finished" | "to be continued" | "was finished";
};

const NOTHING = { attempted: 0, delivered: 0, gone: 0, failed: 0, left: 0 };

/**
 * Does a task of a delivery. A task may be given to several workers, at once or one after the other: one of them does
 * it, and continues where another has ended.
 *
 * @param signal aborts when the time is up but for two seconds
 * @param until the time at which this worker is stopped, in milliseconds since 1970: nobody else takes the task before
 * @throws TaskBusy; SendingForbidden; the error of the store or of the queue. The task is to be tried again then.
 */
export function work(
  task: Task,
  services: Omit<DeliveryServices, "threshold">,
  signal: AbortSignal,
  until: number,
): Promise<TaskResult> {
  return task.kind === "segment"
    ? workOnSegment(task, services, signal, until)
    : workOnStragglers(task, services, signal);
}

async function workOnSegment(
  task: SegmentTask,
  services: Omit<DeliveryServices, "threshold">,
  signal: AbortSignal,
  until: number,
): Promise<TaskResult> {
  const { id, topics, text } = task;
  const { now, progress, queue, subscriptions } = services;
  const segment = `${id}#${task.number}`;
  const claim = await progress.claim(segment, now(), until);
  if (claim.state === "finished") return { ...NOTHING, state: "was finished" };
  if (claim.state === "busy") throw new TaskBusy(segment);
  const after = claim.after ?? task.after;
  const range: Range = {
    ...(after !== undefined && { after }),
    ...(task.until !== undefined && { until: task.until }),
  };
  const { reached, stopped, ...counts } = await sweep(
    subscriptions.pages(topics, range, epochSeconds(now()), signal),
    Buffer.from(text),
    services,
    {
      id,
      signal,
      hurries: true,
      leave: (left) => handOn(queue, { id, text }, left, 1),
      note: (place) => progress.note(segment, place),
    },
  );
  if (stopped === undefined) {
    await progress.finish(segment);
    return { ...counts, state: "finished" };
  }
  if (reached !== undefined) await progress.note(segment, reached);
  await progress.release(segment);
  if (stopped === "forbidden") throw forbidden(services, id, counts);
  if (typeof stopped === "object") throw stopped.error;
  if (counts.attempted === 0) throw new NoTime(segment);
  await queue.send([task]);
  return { ...counts, state: "to be continued" };
}

/** Tries connections once more that could not be reached, and hands on those that still cannot: a few times. */
async function workOnStragglers(
  task: StragglersTask,
  services: Omit<DeliveryServices, "threshold">,
  signal: AbortSignal,
): Promise<TaskResult> {
  const { id, text, round } = task;
  const { log, queue } = services;
  const isLastRound = round >= STRAGGLER_DELAYS.length;
  const subscribers = subscribersOf(task);
  async function* page() {
    yield subscribers;
  }
  const { reached, stopped, ...counts } = await sweep(page(), Buffer.from(text), services, {
    id,
    signal,
    ...(!isLastRound && { leave: (left) => handOn(queue, { id, text }, left, round + 1) }),
  });
  if (stopped === "forbidden") throw forbidden(services, id, counts);
  if (stopped === "time") {
    if (isLastRound) throw new NoTime(`the last round of ${id}`);
    await handOn(queue, { id, text }, subscribers.slice(counts.attempted), round + 1);
  }
  if (isLastRound && counts.failed > 0)
    log.warn("A delivery gives up connections that could not be reached", { message_id: id, count: counts.failed });
  return { ...counts, state: "finished" };
}
