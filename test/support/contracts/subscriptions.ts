import { beforeEach, describe, expect, test } from "@jest/globals";
import type { ConnectionTally } from "../../../domain/realtime/connection-count";
import {
  type ArrivalStore,
  type ConnectionRow,
  type ConnectionStore,
  newConnection,
} from "../../../domain/realtime/connections";
import {
  MOST_TOPICS,
  placeOf,
  type Range,
  type Subscriber,
  type SubscriptionStore,
} from "../../../domain/realtime/subscriptions";
import { postTopic, type Topic, userTopic } from "../../../domain/realtime/topics";

const now = 1_800_000_000;
const post = postTopic("00000000-0000-4000-8000-000000000001");

/** Describes what every store of subscriptions does. */
export function subscriptionStoreContract(
  kind: string,
  empty: () => Promise<{
    store: SubscriptionStore;
    connections: ConnectionStore & ArrivalStore;
    tally: ConnectionTally;
  }>,
): void {
  describe(`the ${kind} store of subscriptions`, () => {
    let store: SubscriptionStore;
    let connections: ConnectionStore & ArrivalStore;
    let tally: ConnectionTally;
    beforeEach(async () => {
      ({ store, connections, tally } = await empty());
    });

    async function connect(connectionId: string, topics: readonly Topic[], changes: Partial<ConnectionRow> = {}) {
      const row = { ...newConnection(connectionId, now * 1000), topics: new Set(topics), ...changes };
      await connections.put(row);
      return row;
    }

    async function read(topics: readonly Topic[], range: Range = {}, at = now): Promise<Subscriber[]> {
      const found: Subscriber[] = [];
      for await (const page of store.pages(topics, range, at)) found.push(...page);
      return found;
    }
    const ids = async (...of: Parameters<typeof read>) => (await read(...of)).map(({ connectionId }) => connectionId);
    const ordered = (names: readonly string[]) => [...names].sort((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1));

    test("knows nobody at first", async () => {
      expect(await read(["all", post])).toEqual([]);
    });

    test("knows who connected, when, and where it stands", async () => {
      await connect("L0SM9cOFvHcCIhw=", ["all"], { connectedAt: now - 7 });
      expect(await read(["all"])).toEqual([
        { connectionId: "L0SM9cOFvHcCIhw=", connectedAt: now - 7, place: placeOf("L0SM9cOFvHcCIhw="), topic: "all" },
      ]);
    });

    test("tells the subscribers of a topic from those of others", async () => {
      await connect("all=", ["all"]);
      await connect("post=", [post]);
      await connect("ann=", [userTopic("ann")]);
      await connect("none=", []);
      expect(await ids(["all"])).toEqual(["all="]);
      expect(await ids([post])).toEqual(["post="]);
      expect(await ids([userTopic("bob"), postTopic("other")])).toEqual([]);
      expect(await ids(["all", post])).toEqual(ordered(["all=", "post="]));
    });

    test("reads whoever listens to several of the topics once, ascending by place", async () => {
      const names = Array.from({ length: 30 }, (_, n) => `c${n}=`);
      const choices: readonly (readonly Topic[])[] = [["all"], [post], ["all", post], ["all", post, userTopic("ann")]];
      for (const [n, name] of names.entries()) await connect(name, choices[n % choices.length] ?? []);
      expect(await ids(["all", post, userTopic("ann"), "all"])).toEqual(ordered(names));
    });

    test("reads the parts of the hash space apart, and nobody in two of them or in none", async () => {
      const names = Array.from({ length: 40 }, (_, n) => `c${n}=`);
      for (const name of names) await connect(name, ["all"]);
      const first = placeOf(ordered(names)[9] ?? "");
      const second = placeOf(ordered(names)[29] ?? "");
      expect(await ids(["all"], { after: first })).toEqual(ordered(names).slice(10));
      expect(await ids(["all"], { until: first })).toEqual(ordered(names).slice(0, 9));
      expect(await ids(["all"], { after: first, until: second })).toEqual(ordered(names).slice(10, 29));
      const halves = [...(await ids(["all"], { until: "8" })), ...(await ids(["all"], { after: "8" }))];
      expect(halves).toEqual(ordered(names));
    });

    test("leaves out connections whose time is up, though their rows are still there", async () => {
      await connect("expired=", ["all"], { expiresAt: now });
      await connect("open=", ["all"], { expiresAt: now + 1 });
      expect(await ids(["all"])).toEqual(["open="]);
      expect(await ids(["all"], {}, now + 1)).toEqual([]);
    });

    test("adds and ends subscriptions, each twice as well as once", async () => {
      const connection = await connect("a=", []);
      for (let n = 0; n < 2; n++) expect(await store.add(connection, post)).toBe("added");
      expect(await ids([post])).toEqual(["a="]);
      for (let n = 0; n < 2; n++) await store.remove("a=", post);
      expect(await read([post])).toEqual([]);
    });

    test("subscribes nobody whose connection is gone", async () => {
      const connection = await connect("a=", ["all"]);
      await connections.remove("a=");
      expect(await store.add(connection, post)).toBe("gone");
      await store.remove("a=", post);
      expect(await read(["all", post])).toEqual([]);
    });

    test("bounds the topics of a connection, and lets it repeat those that it has", async () => {
      const topics = Array.from({ length: MOST_TOPICS }, (_, n) => postTopic(String(n)));
      const connection = await connect("a=", topics.slice(1));
      expect(await store.add(connection, postTopic("0"))).toBe("added");
      expect(await store.add(connection, post)).toBe("too many");
      expect(await read([post])).toEqual([]);
      expect(await store.add(connection, postTopic("0"))).toBe("added");
      await store.remove("a=", postTopic("1"));
      expect(await store.add(connection, post)).toBe("added");
      await connections.remove("a=");
      expect(await read([post, ...topics])).toEqual([]);
    });

    test("forgets a connection with all of its subscriptions, once or twice or never known", async () => {
      await connect("a=", ["all", post]);
      await connect("b=", ["all"]);
      expect(await tally.count(now)).toBe(2);
      const [subscriber] = (await read([post])).slice(-1);
      for (let n = 0; n < 2; n++) await store.forget(subscriber ?? { connectionId: "" }, undefined);
      await store.forget({ connectionId: "never=" }, undefined);
      expect(await ids(["all", post])).toEqual(["b="]);
      expect(await tally.count(now)).toBe(1);
    });

    test("forgets a connection made before a time and keeps one made at it", async () => {
      await connect("old=", ["all"], { connectedAt: now - 31 });
      await connect("young=", ["all"], { connectedAt: now - 30 });
      for (const subscriber of await read(["all"])) await store.forget(subscriber, now - 30);
      expect(await ids(["all"])).toEqual(["young="]);
    });

    test("stops reading when the signal aborts", async () => {
      await connect("a=", ["all"]);
      const reading = async () => {
        for await (const page of store.pages(["all"], {}, now, AbortSignal.abort())) expect(page).toBeUndefined();
      };
      await expect(reading()).rejects.toThrow();
    });
  });
}
