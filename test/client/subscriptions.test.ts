/** Topics, as they come and go while connections do. */
import { expect, test } from "@jest/globals";
import type { Topic } from "../../client/events";
import type { Settings } from "../../client/interface";
import type { Refusal } from "../../client/link";
import { Listener } from "../../client/listening";
import { idOf, Platform } from "./platform";
import { VirtualTime } from "./virtual-time";

const A = `post:${idOf(1)}` as const;
const B = `post:${idOf(2)}` as const;

async function start(topics: readonly Topic[], settings: Partial<Settings> = {}) {
  const time = new VirtualTime();
  const platform = new Platform({ time });
  const address = { url: "wss://gateway.example/test", api: "https://api.example" };
  const listener = new Listener({ ...address, topics, ...settings }, platform.surroundings);
  const refusals: Refusal[] = [];
  listener.on("refused", (refusal) => refusals.push(refusal));
  await time.pass(0);
  const topicsOf = () => platform.open.map((connection) => [...connection.topics]);
  return { time, platform, listener, refusals, topicsOf };
}

test("a topic can be added and taken away, and survives the connection", async () => {
  const { time, platform, listener, topicsOf } = await start([]);
  expect(topicsOf()).toEqual([[]]);
  listener.subscribe(A);
  listener.subscribe(B);
  await time.pass(0);
  listener.unsubscribe(B);
  await time.pass(0);
  expect(topicsOf()).toEqual([[A]]);
  for (const connection of platform.open) platform.drop(connection);
  await time.pass(10_000);
  expect(topicsOf()).toEqual([[A]]);
  expect(platform.connections[1]?.url.searchParams.get("topics")).toBe(A);
});

test("one thing is asked of a topic at a time, and the last wish counts", async () => {
  const { time, platform, listener, topicsOf } = await start([]);
  listener.subscribe(A);
  listener.unsubscribe(A);
  listener.subscribe(A);
  listener.unsubscribe(A);
  await time.pass(0);
  expect(platform.connections[0]?.received.map(({ action }) => action)).toEqual(["subscribe", "unsubscribe"]);
  expect(topicsOf()).toEqual([[]]);
});

test("a topic that was taken away while the link was opened is taken away there", async () => {
  const time = new VirtualTime();
  const platform = new Platform({ time, latency: 1_000 });
  const settings = {
    url: "wss://gateway.example/test",
    api: "https://api.example",
    topics: ["all", A] as const,
  };
  const listener = new Listener(settings, platform.surroundings);
  await time.pass(600);
  listener.unsubscribe("all");
  await time.pass(10_000);
  expect(platform.open.map(({ topics }) => [...topics])).toEqual([[A]]);
});

test("an address names forty topics, and the others are asked for afterwards", async () => {
  const { platform, topicsOf } = await start(Array.from({ length: 100 }, (_, n) => `post:${idOf(n)}` as const));
  expect(platform.connections[0]?.url.searchParams.get("topics")?.split(",")).toHaveLength(40);
  expect(topicsOf()[0]).toHaveLength(100);
});

test("a topic that is refused is told, and neither asked for again nor put into an address", async () => {
  const { time, platform, listener, refusals } = await start([]);
  platform.refused.add(A);
  listener.subscribe(A);
  await time.pass(0);
  expect(refusals).toEqual([{ topic: A, code: "refused", message: "No." }]);
  for (const connection of platform.open) platform.drop(connection);
  await time.pass(10_000);
  expect(platform.connections[1]?.url.searchParams.get("topics")).toBe("");
});

test("who is not signed in asks for their own only where it does not cost the whole connection", async () => {
  const { platform, refusals, topicsOf } = await start(["all", "own"]);
  expect(platform.connections[0]?.url.searchParams.get("topics")).toBe("all");
  expect(platform.connections[0]?.received).toEqual([{ action: "subscribe", topic: "own", ref: "own" }]);
  expect(topicsOf()).toEqual([["all", "own"]]);
  expect(refusals).toEqual([]);
});

test("a subscription without an answer is asked for again if the link lives, and ends the link if it does not", async () => {
  const { time, platform, listener } = await start([]);
  const [first] = platform.connections;
  platform.answers = false;
  listener.subscribe(A);
  await time.pass(10_000);
  if (first) platform.send(first, { message: "Too Many Requests", connectionId: "a", requestId: "b" });
  await time.pass(10_000);
  expect(first?.received).toHaveLength(2);
  await time.pass(20_000);
  expect(first?.isOpen).toBe(false);
  expect(platform.open.map(({ topics }) => [...topics])).toEqual([[A]]);
});

test("what is no topic is refused where it is asked for, and an echo is no answer", async () => {
  const { listener, platform, time, refusals } = await start([]);
  for (const topic of ["post:1", `post:${"a".repeat(60)}`] as const)
    expect(() => listener.subscribe(topic)).toThrow(RangeError);
  platform.answers = false;
  listener.subscribe(A);
  await time.pass(0);
  const [connection] = platform.open;
  if (connection) platform.send(connection, { action: "subscribe", topic: A, ref: A });
  await time.pass(0);
  expect(refusals).toEqual([]);
});
