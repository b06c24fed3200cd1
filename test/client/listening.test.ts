/** What a listener does when connections, servers and pages come and go. Time passes only as the tests say. */
import { expect, test } from "@jest/globals";
import type { Announcement, Change } from "../../client/events";
import type { Settings } from "../../client/interface";
import type { State } from "../../client/listeners";
import { Listener } from "../../client/listening";
import { idOf, Platform, type PlatformOptions } from "./platform";
import { VirtualTime } from "./virtual-time";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** Starts a listener on a platform of its own, and lets it connect. */
async function start(settings: Partial<Settings> = {}, options: Partial<PlatformOptions> = {}) {
  const time = new VirtualTime();
  const platform = new Platform({ time, ...options });
  const ending = new AbortController();
  const address = { url: "wss://gateway.example/test", api: "https://api.example/" };
  const listener = new Listener({ ...address, signal: ending.signal, ...settings }, platform.surroundings);
  const events: (Change | Announcement)[] = [];
  const states: State[] = [listener.state];
  listener.on("event", (event) => events.push(event));
  listener.on("state", (state) => states.push(state));
  await time.pass(0);
  const [connection] = platform.connections;
  if (!connection) throw new Error("There is no connection.");
  return { time, platform, listener, ending, events, states, connection };
}

const types = (events: readonly { readonly type: string }[]) => events.map(({ type }) => type);

test("an address names the topics, and nobody is signed in without a token", async () => {
  const { connection, listener, platform } = await start({ topics: ["all", `post:${idOf(1)}`] });
  expect(connection.url.href).toBe(`wss://gateway.example/test?topics=all,post%3A${idOf(1)}`);
  expect(connection.protocols).toEqual(["terrace.v1"]);
  expect(listener.state).toBe("open");
  expect(platform.requests).not.toContain("POST /api/v1/websocket/tickets");
});

test("a ticket is taken with the token for every connection, and travels as a sub-protocol", async () => {
  const { connection, platform, time } = await start({ token: () => Promise.resolve("TOKEN") });
  expect(connection.protocols).toEqual(["terrace.v1", "ticket.t1"]);
  platform.drop(connection);
  await time.pass(MINUTE);
  expect(platform.connections[1]?.protocols).toEqual(["terrace.v1", "ticket.t2"]);
});

test("a ticket can come from elsewhere", async () => {
  const { connection } = await start({ ticket: async () => ({ ticket: "OTHER", connection_seconds: 60 }) });
  expect(connection.protocols).toEqual(["terrace.v1", "ticket.OTHER"]);
});

test("a change is told once, under its type and as an event, whoever throws", async () => {
  const { platform, listener, events, time } = await start();
  const told: unknown[] = [];
  listener.on("post.created", () => {
    throw new Error("A listener failed.");
  });
  const end = listener.on("post.created", ({ data: { title } }) => told.push(title));
  platform.createPost();
  await time.pass(0);
  platform.announce(platform.changes[0] ?? {}, ["all"]);
  await time.pass(0);
  expect(events).toEqual(platform.changes);
  expect(told).toEqual(["Title"]);
  expect(platform.reported).toEqual([new Error("A listener failed.")]);
  end();
  platform.createPost();
  await time.pass(0);
  expect(told).toEqual(["Title"]);
});

test("an announcement of another server is told once by its id, and under no type of ours", async () => {
  const { platform, listener, events, time } = await start();
  const changes: unknown[] = [];
  listener.on("comment.created", (change) => changes.push(change));
  const announcement = { id: "1", type: "comment.created", data: { any: "thing" } };
  for (const message of [announcement, announcement]) platform.announce(message, ["all"]);
  await time.pass(0);
  expect(events).toEqual([announcement]);
  expect(changes).toEqual([]);
});

test("echoes and frames of the gateway are no events", async () => {
  const { platform, connection, events, time } = await start();
  const throttled = { message: "Too Many Requests", connectionId: "a", requestId: "b" };
  for (const frame of ["hello", "{", "null", "[]", "7", throttled, { id: 1, type: "a", data: {} }])
    platform.send(connection, frame);
  await time.pass(0);
  expect(events).toEqual([]);
});

test("of one thing no earlier change comes after a later one, and nothing after its deletion", async () => {
  const { platform, events, time } = await start();
  const { id } = platform.createPost();
  platform.changePost(id);
  platform.deletePost(id);
  await time.pass(0);
  const [created, changed, deleted] = platform.changes;
  events.length = 0;
  const other = "other";
  const renamed = (change: Change | undefined, of: string) =>
    change && { ...change, id: `${change.id}-${of}`, post_id: of, data: { ...change.data, id: of } };
  for (const late of [changed, created, deleted, changed]) platform.announce(renamed(late, other) ?? {}, ["all"]);
  await time.pass(0);
  expect(types(events)).toEqual(["post.changed", "post.deleted"]);
});

test("waits grow at random up to a minute, and begin anew only after the link stayed up", async () => {
  const { platform, time, connection } = await start({}, { random: () => 0.999 });
  platform.accepts = false;
  platform.drop(connection);
  const attempts = async (duration: number) => {
    const before = platform.connections.length;
    await time.pass(duration);
    return platform.connections.length - before;
  };
  // After 1, 2, 4, 8, 16, 32 and from then on 60 seconds.
  expect(await attempts(63 * SECOND)).toBe(6);
  expect(await attempts(10 * MINUTE)).toBe(10);
  platform.accepts = true;
  await time.pass(MINUTE);
  const [second] = platform.open;
  await time.pass(30 * SECOND);
  if (second) platform.drop(second);
  expect(await attempts(30 * SECOND)).toBe(0);
  await time.pass(2 * MINUTE);
  const [third] = platform.open;
  if (third) platform.drop(third);
  expect(await attempts(SECOND)).toBe(1);
});

test("an API that asks to be tried again later is, when a ticket is taken and when a list is read", async () => {
  const { platform, time, connection } = await start({ token: () => "TOKEN" }, { random: () => 0 });
  platform.api = 429;
  const asked = platform.requests.length;
  platform.drop(connection);
  await time.pass(6 * SECOND);
  expect(platform.requests.slice(asked)).toEqual(["POST /api/v1/websocket/tickets"]);
  platform.api = true;
  await time.pass(2 * SECOND);
  expect(platform.requests.slice(asked + 1)).toEqual(["POST /api/v1/websocket/tickets", "GET /api/v1/posts?limit=100"]);
});

test("a handshake that hangs is given up, and another one tried", async () => {
  const time = new VirtualTime();
  const platform = new Platform({ time });
  const hanging = { ...platform.surroundings, connect: () => ({ send: () => undefined, close: () => undefined }) };
  const failed: unknown[] = [];
  const listener = new Listener({ url: "wss://gateway.example/test", api: "https://api.example" }, hanging);
  listener.on("failed", (error) => failed.push(error));
  await time.pass(36 * SECOND);
  expect(failed).toEqual([new Error("The connection took too long.")]);
});

test("an idle link is kept alive within ten minutes, also by a page whose timers run a minute late", async () => {
  const { connection, time } = await start();
  await time.pass(9 * MINUTE);
  expect(connection.received).toEqual([{ action: "ping" }]);
  await time.pass(8 * MINUTE);
  expect(connection.received).toHaveLength(2);
});

test("a link with events needs no pings", async () => {
  const { connection, platform, time } = await start();
  for (let minutes = 0; minutes < 60; minutes += 5) {
    platform.createPost();
    await time.pass(5 * MINUTE);
  }
  expect(connection.received).toEqual([]);
});

test("a link that answers no ping is replaced, and what was missed is told", async () => {
  const { connection, platform, events, time, states } = await start();
  await time.pass(MINUTE);
  connection.isDead = true;
  platform.createPost();
  await time.pass(6 * MINUTE);
  expect(types(events)).toEqual([]);
  await time.pass(2 * MINUTE);
  expect(types(events)).toEqual(["post.created"]);
  expect(states).toEqual(["connecting", "open", "waiting", "connecting", "open"]);
});

test.each(["expired", "unknown_connection"])("a link whose server says %s is replaced", async (code) => {
  const { connection, platform, events, time } = await start();
  await time.pass(MINUTE);
  connection.topics.clear();
  platform.createPost();
  platform.send(connection, { type: "error", code, message: "Connect again." });
  await time.pass(MINUTE);
  expect(platform.open.map((open) => [...open.topics])).toEqual([["all"]]);
  expect(types(events)).toEqual(["post.created"]);
});

test("a page that wakes looks after its link: a living one answers, a dead one is replaced at once", async () => {
  const { connection, platform, time } = await start();
  platform.page("woken");
  platform.page("woken");
  await time.pass(MINUTE);
  expect(connection.received).toEqual([{ action: "ping" }]);
  connection.isDead = true;
  platform.page("woken");
  await time.pass(12 * SECOND);
  expect(platform.open).toHaveLength(1);
  expect(platform.connections).toHaveLength(2);
});

test("after a sleep beyond the gateway's limit no answer is waited for", async () => {
  const { connection, platform, time } = await start();
  connection.isDead = true;
  time.sleep(11 * MINUTE);
  platform.page("woken");
  await time.pass(SECOND);
  expect(connection.received).toEqual([]);
  expect(platform.open).toHaveLength(1);
});

test("a page that wakes while the listener waits does not wait any longer, but not again and again", async () => {
  const { connection, platform, time } = await start({}, { random: () => 0.999 });
  platform.accepts = false;
  platform.drop(connection);
  await time.pass(20 * SECOND);
  const attempts = platform.connections.length;
  for (let times = 0; times < 5; times++) {
    platform.page("woken");
    await time.pass(0);
  }
  expect(platform.connections.length).toBe(attempts + 1);
});

test("a page that is put away closes its link, and catches up when it is shown again", async () => {
  const { platform, events, time, listener } = await start();
  await time.pass(MINUTE);
  platform.page("put away");
  expect(listener.state).toBe("paused");
  expect(platform.open).toEqual([]);
  platform.createPost();
  platform.page("woken");
  await time.pass(MINUTE);
  expect(listener.state).toBe("paused");
  platform.page("shown");
  await time.pass(0);
  expect(types(events)).toEqual(["post.created"]);
});

test("a link is replaced before two hours are over, and the old one goes on until the new one is there", async () => {
  for (const [random, minutes] of [
    [0, 90],
    [0.999, 115],
  ] as const) {
    const { platform, events, time, states } = await start({}, { random: () => random });
    await time.pass((minutes - 1) * MINUTE);
    expect(platform.connections).toHaveLength(1);
    await time.pass(MINUTE);
    expect(platform.open).toHaveLength(2);
    platform.createPost();
    await time.pass(11 * SECOND);
    expect(platform.open).toHaveLength(1);
    expect(types(events)).toEqual(["post.created"]);
    expect(states).toEqual(["connecting", "open"]);
  }
});

test("a link that ends with its token is replaced before that", async () => {
  const { platform, time } = await start({ token: () => "TOKEN" });
  platform.connectionSeconds = 600;
  await time.pass(102.5 * MINUTE);
  expect(platform.connections).toHaveLength(2);
  await time.pass(9 * MINUTE);
  expect(platform.connections.map(({ protocols }) => protocols[1])).toEqual(["ticket.t1", "ticket.t2", "ticket.t3"]);
  expect(platform.open).toHaveLength(1);
});

test("while a link cannot be replaced the old one goes on", async () => {
  const { platform, events, time, listener } = await start();
  platform.accepts = false;
  await time.pass(104 * MINUTE);
  platform.createPost();
  await time.pass(0);
  expect(types(events)).toEqual(["post.created"]);
  expect(listener.state).toBe("open");
  platform.accepts = true;
  await time.pass(MINUTE);
  expect(platform.open).toHaveLength(1);
  expect(platform.open[0]).not.toBe(platform.connections[0]);
});

test("the end of the old link beside a new one is no reason to connect", async () => {
  const { platform, time } = await start();
  await time.pass(102.5 * MINUTE);
  const [old] = platform.open;
  if (old) platform.drop(old);
  await time.pass(MINUTE);
  expect(platform.connections).toHaveLength(2);
  expect(platform.open).toHaveLength(1);
});

test("an abort ends everything: links, timers, requests and ears", async () => {
  const { ending, platform, time, listener, states } = await start();
  ending.abort();
  expect(listener.state).toBe("closed");
  expect(platform.open).toEqual([]);
  expect(platform.isWatched).toBe(false);
  await time.pass(0);
  expect(time.pending).toBe(0);
  expect(states.at(-1)).toBe("closed");
});

test("an abort in the middle of an attempt ends it, and one before it begins nothing", async () => {
  const { ending, platform, time, connection } = await start({ token: () => "TOKEN" });
  platform.drop(connection);
  await time.pass(0);
  ending.abort();
  await time.pass(MINUTE);
  expect(platform.connections).toHaveLength(1);
  expect(time.pending).toBe(0);
  const aborted = { url: "wss://a.example", api: "https://a.example", signal: AbortSignal.abort() };
  expect(new Listener(aborted, platform.surroundings).state).toBe("closed");
  expect(platform.connections).toHaveLength(1);
});
