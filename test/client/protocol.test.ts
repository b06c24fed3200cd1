/** Client and server speak the same protocol: what the one says, the other's own code understands and answers. */
import { expect, test } from "@jest/globals";
import type { Topic } from "../../client/events";
import type { Refusal } from "../../client/link";
import { Listener } from "../../client/listening";
import type { SocketEvents } from "../../client/surroundings";
import { PROTOCOL } from "../../domain/admission/door";
import { answerTo } from "../../domain/conversation/conversation";
import { type ConnectionRow, newConnection } from "../../domain/realtime/connections";
import { MOST_TOPICS } from "../../domain/realtime/subscriptions";
import { topicNamed } from "../../domain/realtime/topic-names";
import { recordingLog } from "../support/doubles/log";
import { memoryConnectionStore, memoryConnectionTally } from "../support/doubles/memory/connections";
import { memorySubscriptionStore } from "../support/doubles/memory/subscriptions";
import { idOf, Platform } from "./platform";
import { VirtualTime } from "./virtual-time";

/** A listener whose messages our own server's code answers. */
async function start(topics: readonly Topic[], expiresIn = 7_200) {
  const time = new VirtualTime();
  const rows = new Map<string, ConnectionRow>();
  const connections = memoryConnectionStore(memoryConnectionTally(), rows);
  const services = {
    subscriptions: memorySubscriptionStore(rows),
    hear: async (connectionId: string) => {
      const connection = rows.get(connectionId);
      return connection && { connection, rate: "within the limit" as const };
    },
    close: () => Promise.reject(new Error("Nobody floods.")),
    limit: 120,
    log: recordingLog(),
    now: time.now,
  };
  const addresses: { readonly topics: readonly string[]; readonly protocols: readonly string[] }[] = [];
  const connect = (address: string, protocols: readonly string[], { opened, message, closed }: SocketEvents) => {
    const named = (new URL(address).searchParams.get("topics") ?? "all").split(",").filter(Boolean);
    addresses.push({ topics: named, protocols });
    const connectionId = `c${addresses.length}=`;
    const row = newConnection(connectionId, time.now());
    const expiresAt = row.connectedAt + expiresIn;
    void connections
      .put({ ...row, expiresAt, topics: new Set(named.map((name) => topicNamed(name, undefined))) })
      .then(opened, closed);
    return {
      send: (text: string) =>
        void answerTo(text, connectionId, services).then((answer) => message(answer ?? text), closed),
      close: () => void rows.delete(connectionId),
    };
  };
  const platform = new Platform({ time });
  const address = { url: "wss://gateway.example/test", api: "https://api.example" };
  const listener = new Listener({ ...address, topics }, { ...platform.surroundings, connect });
  const refusals: Refusal[] = [];
  listener.on("refused", (refusal) => refusals.push(refusal));
  await time.pass(0);
  const subscribed = () => [...rows.values()].map((row) => [...row.topics].sort());
  return { time, listener, addresses, refusals, subscribed };
}

test("the server knows the sub-protocol and every topic, and answers what is asked", async () => {
  const { time, listener, addresses, refusals, subscribed } = await start(["all", `post:${idOf(1)}`]);
  expect(addresses).toEqual([{ topics: ["all", `post:${idOf(1)}`], protocols: [PROTOCOL] }]);
  listener.subscribe(`post:${idOf(2)}`);
  listener.unsubscribe("all");
  await time.pass(0);
  expect(subscribed()).toEqual([[`post:${idOf(1)}`, `post:${idOf(2)}`]]);
  listener.subscribe("own");
  await time.pass(0);
  expect(refusals).toEqual([expect.objectContaining({ topic: "own", code: "not_signed_in" })]);
});

test("a connection has as many topics as the server lets it, and the one too many is refused", async () => {
  const topics = Array.from({ length: MOST_TOPICS + 1 }, (_, n) => `post:${idOf(n)}` as const);
  const { refusals, subscribed } = await start(topics);
  expect(subscribed()).toEqual([topics.slice(0, MOST_TOPICS)]);
  expect(refusals).toEqual([expect.objectContaining({ topic: topics.at(-1), code: "too_many_topics" })]);
});

test("a ping keeps the link, and once the server says that its time is up there is another one", async () => {
  const { time, listener, addresses } = await start(["all"], 1_000);
  await time.pass(16 * 60_000);
  expect(addresses).toHaveLength(1);
  await time.pass(10 * 60_000);
  expect(addresses).toHaveLength(2);
  expect(listener.state).toBe("open");
});
