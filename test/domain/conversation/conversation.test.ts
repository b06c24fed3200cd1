import { beforeEach, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { answerTo } from "../../../domain/conversation/conversation";
import type { Heard } from "../../../domain/conversation/meter";
import { type ConnectionRow, newConnection } from "../../../domain/realtime/connections";
import { MOST_TOPICS } from "../../../domain/realtime/subscriptions";
import { postTopic, type Topic, userTopic } from "../../../domain/realtime/topics";
import { anyText } from "../../support/arbitrary-text";
import { recordingLog } from "../../support/doubles/log";
import { memoryConnectionStore, memoryConnectionTally } from "../../support/doubles/memory/connections";
import { memorySubscriptionStore } from "../../support/doubles/memory/subscriptions";

const NOW = Date.UTC(2026, 0, 1);
const post = "00000000-0000-4000-8000-000000000001";
let rows: Map<string, ConnectionRow>;
let rate: Heard["rate"];
let closed: string[];
let services: Parameters<typeof answerTo>[2];
beforeEach(async () => {
  rows = new Map();
  rate = "within the limit";
  closed = [];
  const connections = memoryConnectionStore(memoryConnectionTally(), rows);
  await connections.put({ ...newConnection("a=", NOW), user_id: "ann" });
  await connections.put(newConnection("anonymous=", NOW));
  services = {
    subscriptions: memorySubscriptionStore(rows),
    async hear(connectionId) {
      const connection = rows.get(connectionId);
      return connection && { connection, rate };
    },
    async close(connectionId) {
      closed.push(connectionId);
    },
    limit: 120,
    log: recordingLog(),
    now: () => NOW + 1_000,
  };
});
const say = (message: unknown, connectionId = "a=") =>
  answerTo(typeof message === "string" ? message : JSON.stringify(message), connectionId, services);
const ask = async (message: unknown, connectionId?: string) => JSON.parse(String(await say(message, connectionId)));
const topicsOf = (connectionId = "a=") => [...(rows.get(connectionId)?.topics ?? [])].sort();

describe("a message", () => {
  test.each([["hello"], [""], ["{"], ["7"], ['"action"'], ["{}"], ['{"Action":"ping"}'], [["action", "ping"]]])(
    "without an action comes back: %j",
    async (message) => {
      expect(await say(message)).toBeUndefined();
    },
  );

  test("never makes the function fail, whatever it is", async () => {
    const anything = fc.oneof(
      anyText(),
      fc.string(),
      fc.json(),
      fc.record(
        {
          action: fc.oneof(
            fc.constantFrom("ping", "subscribe", "unsubscribe", "$connect", "__proto__"),
            fc.jsonValue(),
          ),
          topic: fc.oneof(fc.constantFrom("all", "own", `post:${post}`, "user:bob", "constructor"), fc.jsonValue()),
          ref: fc.oneof(fc.string(), fc.jsonValue()),
        },
        { requiredKeys: ["action"] },
      ),
    );
    await fc.assert(
      fc.asyncProperty(anything, async (message) => {
        const answer = await say(message);
        if (answer === undefined) return;
        expect(["pong", "subscribed", "unsubscribed", "error"]).toContain(JSON.parse(answer).type);
        expect(topicsOf().filter((topic) => topic.startsWith("user:") && topic !== "user:ann")).toEqual([]);
      }),
    );
  });

  test("of a connection that nobody knows is answered with what to do", async () => {
    expect(await ask("hello", "gone=")).toEqual({
      type: "error",
      code: "unknown_connection",
      message: "This connection is not known, or not any more: connect again.",
    });
  });

  test("of a connection whose time is up is answered with what to do, and does nothing", async () => {
    rows.set("a=", { ...newConnection("a=", NOW), topics: new Set<Topic>(), expiresAt: NOW / 1000 + 1 });
    expect(await ask({ action: "subscribe", topic: "all" })).toMatchObject({ type: "error", code: "expired" });
    expect(await ask("hello")).toMatchObject({ code: "expired" });
    expect(topicsOf()).toEqual([]);
  });

  test("of a connection that sends too much is refused, and a flood is cut off", async () => {
    rate = "too many";
    expect(await ask("hello")).toMatchObject({
      code: "too_many_messages",
      message: "A connection may send 120 messages a minute: wait for the next.",
    });
    expect(closed).toEqual([]);
    rate = "flooding";
    expect(await ask({ action: "ping" })).toMatchObject({ code: "too_many_messages" });
    expect(closed).toEqual(["a="]);
  });
});

describe("a request", () => {
  test("to ping is answered with the time", async () => {
    expect(await ask({ action: "ping" })).toEqual({ type: "pong", at: "2026-01-01T00:00:01.000Z" });
  });

  test("to subscribe and to unsubscribe is done, twice as well as once", async () => {
    for (const [topic, stored] of [
      [`post:${post}`, postTopic(post)],
      ["own", userTopic("ann")],
      ["all", "all"],
    ] as const) {
      for (let n = 0; n < 2; n++) {
        expect(await ask({ action: "subscribe", topic })).toEqual({ type: "subscribed", topic });
        expect(topicsOf()).toContain(stored);
      }
      for (let n = 0; n < 2; n++) {
        expect(await ask({ action: "unsubscribe", topic })).toEqual({ type: "unsubscribed", topic });
        expect(topicsOf()).not.toContain(stored);
      }
    }
  });

  test.each([
    [{ action: "ping" }, "pong"],
    [{ action: "subscribe", topic: "all" }, "subscribed"],
    [{ action: "unsubscribe", topic: "all" }, "unsubscribed"],
    [{ action: "subscribe", topic: "?" }, "error"],
    [{ action: "dance" }, "error"],
  ])("with a ref is answered with it: %j", async (request, type) => {
    expect(await ask({ ...request, ref: "日本".repeat(32) })).toMatchObject({ type, ref: "日本".repeat(32) });
  });

  test.each([["x".repeat(65)], [7], [null], [{}]])("with a ref that is none is refused: %j", async (ref) => {
    const answer = await ask({ action: "subscribe", topic: "own", ref });
    expect(answer).toMatchObject({ type: "error", code: "invalid_ref" });
    expect(answer).not.toHaveProperty("ref");
    expect(topicsOf()).toEqual(["all"]);
  });

  test.each([
    ["dance", '"dance"'],
    ["$connect", '"$connect"'],
    [{}, "an object"],
    [["ping"], "a list of 1"],
    [null, "null"],
  ])("for what is not known is refused by naming what is: %j", async (action, received) => {
    expect(await ask({ action })).toEqual({
      type: "error",
      code: "unknown_action",
      message: `action: received ${received}, allowed ping, subscribe, unsubscribe.`,
    });
  });

  test.each([undefined, 7, "ALL", "user:ann", "user:bob", "post:1", ""])(
    "for a topic that is not known is refused by naming what is: %j",
    async (topic) => {
      for (const action of ["subscribe", "unsubscribe"]) {
        const answer = await ask({ action, topic });
        expect(answer).toMatchObject({ code: "unknown_topic" });
        expect(answer.message).toContain("allowed all, own or post:<id of a post>");
      }
      expect(topicsOf()).toEqual(["all"]);
    },
  );

  test("for one's own without being anybody is refused", async () => {
    expect(await ask({ action: "subscribe", topic: "own" }, "anonymous=")).toMatchObject({ code: "not_signed_in" });
    expect(topicsOf("anonymous=")).toEqual(["all"]);
  });

  test("for one topic too many is refused", async () => {
    const topic = (n: number) => `post:${post.slice(0, -2)}${10 + n}`;
    for (let n = 1; n < MOST_TOPICS; n++) await ask({ action: "subscribe", topic: topic(n) });
    expect(await ask({ action: "subscribe", topic: topic(MOST_TOPICS) })).toMatchObject({
      code: "too_many_topics",
      message: "You listen to 50 topics, which is the most: end one first.",
    });
  });

  test("of a connection that ends meanwhile subscribes nobody", async () => {
    const hear = services.hear;
    services = {
      ...services,
      async hear(connectionId) {
        const heard = await hear(connectionId);
        rows.delete(connectionId);
        return heard;
      },
    };
    expect(await ask({ action: "subscribe", topic: "all" })).toMatchObject({ code: "unknown_connection" });
    expect(rows.has("a=")).toBe(false);
  });
});
