import { beforeEach, describe, expect, test } from "@jest/globals";
import type { ConnectionTally } from "../../../domain/realtime/connection-count";
import { type ArrivalStore, type ConnectionRow, newConnection } from "../../../domain/realtime/connections";
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
    arrivals: ArrivalStore;
    tally: ConnectionTally;
  }>,
): void {
  describe(`the ${kind} store of subscriptions`, () => {
    let store: SubscriptionStore;
    let arrivals: ArrivalStore;
    let tally: ConnectionTally;
    beforeEach(async () => {
      ({ store, arrivals, tally } = await empty());
    });

    async function connect(connectionId: string, topics: readonly Topic[], changes: Partial<ConnectionRow> = {}) {
      const row = { ...newConnection(connectionId, now * 1000), topics: new Set(topics), ...changes };
      await arrivals.put(row);
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
      await store.forget({ connectionId: "a=" }, undefined);
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
      await store.forget({ connectionId: "a=" }, undefined);
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

    test("counts connections until they are forgotten or, ten minutes later at most, their time is up", async () => {
      expect(await tally.count(now)).toBe(0);
      for (const [age, id] of ["a=", "b=", "c=", "d="].entries())
        await arrivals.put(newConnection(id, (now - age * 1_000) * 1_000));
      expect(await tally.count(now)).toBe(4);
      await store.forget({ connectionId: "a=" }, undefined);
      await store.forget({ connectionId: "b=" }, now);
      expect(await tally.count(now)).toBe(2);
      expect(await tally.count(now - 2_000 + 7_799)).toBe(1);
      expect(await tally.count(now - 2_000 + 7_800 + 600)).toBe(0);
    });

    test("counts each connection once, however often it comes and goes", async () => {
      for (let n = 0; n < 3; n++) await arrivals.put(newConnection("a=", now * 1_000));
      expect(await tally.count(now)).toBe(1);
      for (let n = 0; n < 3; n++) await store.forget({ connectionId: "a=" }, undefined);
      await store.forget({ connectionId: "never there=" }, undefined);
      expect(await tally.count(now)).toBe(0);
    });

    test("stores times in epoch seconds: two hours to listen, two hours and ten minutes to be kept", async () => {
      const connection = newConnection("a=", now * 1000 + 999);
      expect(connection).toEqual({
        connectionId: "a=",
        connectedAt: now,
        expiresAt: now + 7200,
        topics: new Set(["all"]),
        ttl: now + 7800,
      });
      await arrivals.put(connection);
      expect(await ids(["all"], {}, now + 7199)).toEqual(["a="]);
      expect(await ids(["all"], {}, now + 7200)).toEqual([]);
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
