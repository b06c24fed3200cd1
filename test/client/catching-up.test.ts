/** What was missed while there was no connection: it is in the API's lists. */
import { expect, test } from "@jest/globals";
import type { Announcement, Change, Topic } from "../../client/events";
import { Listener } from "../../client/listening";
import type { TopicReading } from "../../client/readings";
import { idOf, nameOf, Platform, type PlatformOptions } from "./platform";
import { VirtualTime } from "./virtual-time";

const MINUTE = 60_000;

async function start(topics: readonly Topic[] = ["all"], options: Partial<PlatformOptions> = {}) {
  const time = new VirtualTime();
  const platform = new Platform({ time, skew: -3_600_000, ...options });
  const listen = async () => {
    const address = { url: "wss://gateway.example/test", api: "https://api.example" };
    const listener = new Listener({ ...address, topics }, platform.surroundings);
    const events: (Change | Announcement)[] = [];
    const readings: TopicReading[] = [];
    listener.on("event", (event) => events.push(event));
    listener.on("caught-up", (reading) => readings.push(reading));
    return { listener, events, readings };
  };
  /** Cuts the connection, does something and waits until all is well. */
  const missing = async (act: () => void) => {
    for (const connection of platform.open) connection.isDead = true;
    await time.pass(1_000);
    act();
    for (const connection of platform.open) platform.drop(connection);
    await time.pass(MINUTE);
  };
  return { time, platform, listen, missing };
}

const said = (events: readonly (Change | Announcement)[]) =>
  events.map((event) => `${event.type} ${"id" in event.data ? nameOf(String(event.data.id)) : ""}`.trim());

test("the first reading tells nothing of what was there before, and shows it", async () => {
  const { platform, listen, time } = await start();
  const post = platform.createPost();
  const { events, readings } = await listen();
  await time.pass(MINUTE);
  expect(events).toEqual([]);
  // The second reading, a little later, is for what came into the list meanwhile.
  expect(readings).toEqual([{ topic: "all", items: [post], from: "" }, expect.objectContaining({ items: [post] })]);
});

test("posts that were created, changed and deleted are told after a reconnect, whatever the client's clock says", async () => {
  const { platform, listen, missing, time } = await start();
  const [changed, deleted] = [platform.createPost(), platform.createPost()];
  const { events } = await listen();
  await time.pass(MINUTE);
  await missing(() => {
    platform.createPost();
    platform.changePost(changed.id);
    platform.deletePost(deleted.id);
    platform.favor(changed.id, 1);
  });
  expect(said(events)).toEqual(["post.changed p1", "post.created p3", "post.deleted p2"].sort());
  expect(events.find(({ type }) => type === "post.changed")?.data).toEqual(platform.posts.get(idOf(1)));
});

test("a place where nothing was is one where everything is new", async () => {
  const { platform, listen, missing, time } = await start();
  const { events } = await listen();
  await time.pass(MINUTE);
  await missing(() => platform.createPost());
  expect(said(events)).toEqual(["post.created p1"]);
});

test("what the page has already is where it begins: only what differs is told, deletions and counts included", async () => {
  const { platform, listen, time } = await start([]);
  const posts = [1, 2, 3, 4].map(() => platform.createPost());
  const [first, second, third] = posts.map(({ id }) => id);
  const { events, listener } = await listen();
  platform.changePost(first ?? "");
  platform.deletePost(second ?? "");
  platform.favor(third ?? "", 1);
  await time.pass(0);
  listener.subscribe("all", posts);
  await time.pass(MINUTE);
  expect(events.map(({ type }) => type).sort()).toEqual(["favorites.changed", "post.changed", "post.deleted"]);
});

test("comments of a post that is subscribed to are told after a reconnect, and so is the post's end", async () => {
  const { platform, listen, missing, time } = await start([`post:${idOf(1)}`, `post:${idOf(2)}`]);
  const [one, two] = [platform.createPost(), platform.createPost()];
  const [changed, deleted] = [platform.createComment(one.id), platform.createComment(one.id)];
  const { events } = await listen();
  await time.pass(MINUTE);
  await missing(() => {
    platform.createComment(one.id);
    platform.changeComment(changed?.id ?? "");
    platform.deleteComment(deleted?.id ?? "");
    platform.deletePost(two.id);
  });
  expect(said(events).sort()).toEqual([
    "comment.changed c1",
    "comment.created c3",
    "comment.deleted c2",
    "post.deleted p2",
  ]);
});

test("a message that comes late tells nothing that the list has told, nor a list what a message has", async () => {
  const { platform, listen, missing, time } = await start();
  const { events } = await listen();
  await time.pass(MINUTE);
  await missing(() => platform.createPost());
  platform.announce(platform.changes[0] ?? {}, ["all"]);
  platform.createPost();
  await time.pass(MINUTE);
  await missing(() => undefined);
  expect(said(events)).toEqual(["post.created p1", "post.created p2"]);
});

test("the first reading of a topic hides nothing that a message or another topic has to tell", async () => {
  const { platform, listen, time } = await start();
  const { events, listener } = await listen();
  await time.pass(MINUTE);
  const { id } = platform.createPost();
  const [ofPost] = platform.changes;
  for (const connection of platform.open) connection.topics.clear();
  await time.pass(0);
  // Nobody has announced the post and its comment yet, but they are in the lists.
  const comment = platform.createComment(id);
  const [, ofComment] = platform.changes;
  await time.pass(0);
  listener.subscribe(`post:${id}`);
  await time.pass(MINUTE);
  expect(comment).toBeDefined();
  expect(events).toEqual([]);
  platform.announce(ofComment ?? {}, [`post:${id}`]);
  await time.pass(0);
  expect(said(events)).toEqual(["comment.created c1"]);
  for (const connection of platform.open) platform.drop(connection);
  await time.pass(MINUTE);
  expect(said(events)).toEqual(["comment.created c1", "post.created p1"]);
  platform.announce(ofPost ?? {}, ["all"]);
  await time.pass(0);
  expect(events).toHaveLength(2);
});

test("what comes into a list late is found by the second reading", async () => {
  const { platform, listen, time } = await start(["all"], { lag: 4_000, random: () => 0.9 });
  const { events } = await listen();
  await time.pass(MINUTE);
  for (const connection of platform.open) platform.drop(connection);
  platform.createPost();
  await time.pass(3_000);
  expect(platform.open).toHaveLength(1);
  expect(said(events)).toEqual([]);
  await time.pass(MINUTE);
  expect(said(events)).toEqual(["post.created p1"]);
});

test("what is missing in a list that is late was not deleted", async () => {
  const { platform, listen, time, missing } = await start(["all"], { lag: 100_000, random: () => 0.9 });
  const { events } = await listen();
  await time.pass(MINUTE);
  platform.createPost();
  await time.pass(0);
  await missing(() => undefined);
  expect(said(events)).toEqual(["post.created p1"]);
});

test("a long list is read as far back as the last moment that is known, and five parts at most", async () => {
  const { platform, listen, time, missing } = await start();
  for (let count = 0; count < 700; count++) {
    platform.createPost();
    await time.pass(MINUTE);
  }
  const { events, readings } = await listen();
  await time.pass(20 * MINUTE);
  const parts = () => platform.requests.splice(0).length;
  parts();
  await missing(() => undefined);
  expect(parts()).toBe(2);
  expect(events).toEqual([]);
  await time.pass(20 * MINUTE);
  await missing(() => {
    for (let count = 0; count < 150; count++) platform.createPost();
  });
  expect(parts()).toBe(2 + 2);
  expect(events).toHaveLength(150);
  await time.pass(20 * MINUTE);
  await missing(() => {
    for (let count = 0; count < 600; count++) platform.createPost();
  });
  expect(events).toHaveLength(150 + 500);
  // The application learns how far back everything was compared.
  expect(readings.at(-2)?.items).toHaveLength(500);
  expect(readings.at(-2)?.from).not.toBe("");
});

test("a link with events is read no further back than to the last of them", async () => {
  const { platform, listen, time, missing } = await start();
  await listen();
  await time.pass(MINUTE);
  for (let count = 0; count < 300; count++) {
    platform.createPost();
    await time.pass(MINUTE);
  }
  platform.requests.length = 0;
  await missing(() => undefined);
  expect(platform.requests).toEqual(["GET /api/v1/posts?limit=100", "GET /api/v1/posts?limit=100"]);
});

test("a reading that fails is tried again, and what happens meanwhile is told at once", async () => {
  const { platform, listen, time, missing } = await start();
  const { events } = await listen();
  await time.pass(MINUTE);
  platform.api = false;
  await missing(() => platform.createPost());
  platform.createPost();
  await time.pass(0);
  expect(said(events)).toEqual(["post.created p2"]);
  platform.api = true;
  await time.pass(2 * MINUTE);
  expect(said(events)).toEqual(["post.created p2", "post.created p1"]);
});

test("a message does not hide the gap before it while the lists wait to be read", async () => {
  const { platform, listen, time, missing } = await start();
  const { events } = await listen();
  await time.pass(MINUTE);
  platform.api = false;
  await missing(() => platform.createPost());
  await time.pass(20 * MINUTE);
  platform.createPost();
  await time.pass(MINUTE);
  platform.api = true;
  await time.pass(2 * MINUTE);
  expect(said(events)).toEqual(["post.created p2", "post.created p1"]);
});

test("nobody's list shows what is someone's own: the application learns that nothing was compared", async () => {
  const time = new VirtualTime();
  const platform = new Platform({ time });
  const settings = { url: "wss://gateway.example/test", api: "https://api.example", topics: ["own"] as const };
  const readings: TopicReading[] = [];
  const listener = new Listener(
    { ...settings, ticket: async () => ({ ticket: "T", connection_seconds: 60 }) },
    platform.surroundings,
  );
  listener.on("caught-up", (reading) => readings.push(reading));
  await time.pass(0);
  expect(readings).toEqual([{ topic: "own", items: [], from: new Date(time.now()).toISOString() }]);
  expect(platform.requests).toEqual([]);
});

test("a topic that is taken away while its list is read is not read any more, and begins anew when it comes back", async () => {
  const { platform, listen, time } = await start(["all"], { latency: 2_000 });
  const { events, readings, listener } = await listen();
  await time.pass(3_500);
  listener.unsubscribe("all");
  await time.pass(MINUTE);
  expect(readings).toEqual([]);
  platform.createPost();
  listener.subscribe("all");
  await time.pass(MINUTE);
  expect(said(events)).toEqual([]);
  expect(readings).toHaveLength(2);
});
