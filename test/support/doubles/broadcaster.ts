import { type BroadcastServices, broadcast, type Sender, type SendOutcome } from "../../../domain/realtime/broadcast";
import { type ConnectionRow, newConnection } from "../../../domain/realtime/connections";
import { recordingLog } from "./log";
import { memoryConnectionStore } from "./memory/connections";
import { virtualClock } from "./virtual-clock";

export const message = { id: "m1", type: "comment.created", data: { text: "日本" } };
export const never = new AbortController().signal;

/** Returns the outcome of a send. */
type Answers = (connectionId: string, attempt: number) => SendOutcome | Promise<SendOutcome>;

export function broadcaster({
  ids = ["a="],
  age = 3600,
  answers = () => "delivered",
}: {
  ids?: readonly string[];
  age?: number;
  answers?: Answers;
} = {}) {
  const clock = virtualClock();
  const seconds = clock.now() / 1000;
  const rows = ids.map(
    (connectionId): ConnectionRow => ({ ...newConnection(connectionId, (seconds - age) * 1000), ttl: seconds + 60 }),
  );
  const connections = memoryConnectionStore(10);
  const sent: string[] = [];
  const waits: number[] = [];
  const gauge = { now: 0, most: 0 };
  const sender: Sender = {
    async send(connectionId) {
      gauge.most = Math.max(gauge.most, ++gauge.now);
      sent.push(connectionId);
      const outcome = await answers(connectionId, sent.filter((id) => id === connectionId).length);
      gauge.now -= 1;
      return outcome;
    },
  };
  const log = recordingLog();
  const services: BroadcastServices = {
    connections,
    sender,
    log,
    now: clock.now,
    random: () => 0.5,
    sleep(milliseconds, signal) {
      waits.push(milliseconds);
      return clock.sleep(milliseconds, signal);
    },
  };
  async function run(signal = never, changed: Partial<BroadcastServices> = {}) {
    for (const row of rows) await connections.put(row);
    return clock.run(broadcast(message, { ...services, ...changed }, signal));
  }
  async function known() {
    const ids: string[] = [];
    for await (const page of connections.pages(0)) ids.push(...page.map(({ connectionId }) => connectionId));
    return ids;
  }
  return { clock, connections, gauge, known, log, run, sent, waits };
}

export const many = (count: number) => Array.from({ length: count }, (_, n) => `c${n}=`);
