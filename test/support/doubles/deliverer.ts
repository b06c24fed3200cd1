import { type DeliveryServices, deliver } from "../../../domain/delivery/delivery";
import type { Sender, SendOutcome } from "../../../domain/delivery/sender";
import type { Task } from "../../../domain/delivery/tasks";
import { type TaskResult, work } from "../../../domain/delivery/worker";
import type { ConnectionRow } from "../../../domain/realtime/connections";
import type { Topic } from "../../../domain/realtime/topics";
import { recordingLog } from "./log";
import { memoryConnectionTally } from "./memory/connections";
import { memoryDeliveryProgress } from "./memory/delivery-progress";
import { memorySubscriptionStore } from "./memory/subscriptions";
import { virtualClock } from "./virtual-clock";

export const message = { id: "m1", type: "comment.created", data: { text: "日本" } };
export const never = new AbortController().signal;

/** Returns the outcome of a send. */
type Answers = (connectionId: string, attempt: number, signal: AbortSignal) => SendOutcome | Promise<SendOutcome>;

/** Everything that a delivery needs, in memory and in virtual time, with who is connected and how each answers. */
export function deliverer({
  ids = ["a="],
  age = 3600,
  topics = ["all"],
  threshold = 10_000,
  latency = 0,
  answers = () => "delivered",
}: {
  ids?: readonly string[];
  age?: number;
  topics?: readonly Topic[];
  threshold?: number;
  /** The milliseconds that each answer takes. */
  latency?: number;
  answers?: Answers;
} = {}) {
  const clock = virtualClock();
  const seconds = clock.now() / 1000;
  const connections = new Map<string, ConnectionRow>(
    ids.map((connectionId) => [
      connectionId,
      {
        connectionId,
        connectedAt: seconds - age,
        expiresAt: seconds + 3_600,
        ttl: seconds + 3_600,
        topics: new Set(topics),
      },
    ]),
  );
  const sent: string[] = [];
  const attempts = new Map<string, number>();
  const waits: number[] = [];
  const gauge = { now: 0, most: 0 };
  const sender: Sender = {
    async send(connectionId, _, signal) {
      gauge.most = Math.max(gauge.most, ++gauge.now);
      sent.push(connectionId);
      const attempt = (attempts.get(connectionId) ?? 0) + 1;
      attempts.set(connectionId, attempt);
      if (latency > 0) await clock.sleep(latency, signal);
      const outcome = await answers(connectionId, attempt, signal);
      gauge.now -= 1;
      return outcome;
    },
  };
  const log = recordingLog();
  const tasks: Task[] = [];
  const delays: (number | undefined)[] = [];
  const services: DeliveryServices = {
    subscriptions: memorySubscriptionStore(connections, memoryConnectionTally(), 10),
    sender,
    queue: {
      async send(more, delaySeconds) {
        tasks.push(...more);
        delays.push(...more.map(() => delaySeconds));
      },
    },
    progress: memoryDeliveryProgress(),
    log,
    now: clock.now,
    random: () => 0.5,
    sleep(milliseconds, signal) {
      waits.push(milliseconds);
      return clock.sleep(milliseconds, signal);
    },
    threshold,
  };
  const run = (signal = never, changed: Partial<DeliveryServices> = {}) =>
    clock.run(deliver(message, ["all"], { ...services, ...changed }, signal));
  /** Does a task that is in the queue, which is taken out. */
  const workOn = (task: Task, signal = never, changed: Partial<DeliveryServices> = {}, seconds = 60) =>
    clock.run(work(task, { ...services, ...changed }, signal, clock.now() + seconds * 1_000));
  /** Does the tasks of the queue, and those that come of them, until none is left. */
  async function workOnAll(): Promise<readonly TaskResult[]> {
    const results: TaskResult[] = [];
    for (let task = tasks.shift(); task; task = tasks.shift()) results.push(await workOn(task));
    return results;
  }
  const known = () => [...connections.keys()];
  return { clock, connections, delays, gauge, known, log, run, sent, services, tasks, waits, workOn, workOnAll };
}

export const many = (count: number) => Array.from({ length: count }, (_, n) => `c${n}=`);
