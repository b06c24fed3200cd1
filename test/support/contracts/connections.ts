import { beforeEach, describe, expect, test } from "@jest/globals";
import type { ConnectionTally } from "../../../domain/realtime/connection-count";
import {
  type ArrivalStore,
  type ConnectionRow,
  type ConnectionStore,
  newConnection,
} from "../../../domain/realtime/connections";

const now = 1_800_000_000;
const row = (connectionId: string, connectedAt = now, ttl = now + 60): ConnectionRow => ({
  ...newConnection(connectionId, connectedAt * 1000),
  ttl,
});

/** Describes what every store of connections does, and its tally. */
export function connectionStoreContract(
  kind: string,
  empty: () => Promise<{ store: ConnectionStore & ArrivalStore; tally: ConnectionTally }>,
): void {
  describe(`the ${kind} store of connections`, () => {
    let store: ConnectionStore & ArrivalStore;
    let tally: ConnectionTally;
    beforeEach(async () => {
      ({ store, tally } = await empty());
    });

    async function open(at = now): Promise<string[]> {
      const ids: string[] = [];
      for await (const page of store.pages(at)) ids.push(...page.map(({ connectionId }) => connectionId));
      return ids.sort();
    }

    test("knows nobody at first", async () => {
      expect(await open()).toEqual([]);
    });

    test("knows who connected and when", async () => {
      await store.put(row("L0SM9cOFvHcCIhw=", now - 7));
      for await (const [connection] of store.pages(now))
        expect(connection).toMatchObject({ connectionId: "L0SM9cOFvHcCIhw=", connectedAt: now - 7 });
    });

    test("keeps one connection when it connects twice", async () => {
      await store.put(row("a="));
      await store.put(row("a="));
      expect(await open()).toEqual(["a="]);
    });

    test("forgets a connection, once or twice or never known", async () => {
      await store.put(row("a="));
      await store.put(row("b="));
      await store.remove("a=");
      await store.remove("a=");
      await store.remove("c=");
      expect(await open()).toEqual(["b="]);
    });

    test("forgets a connection made before a time and keeps one made at it", async () => {
      await store.put(row("old=", now - 31));
      await store.put(row("young=", now - 30));
      await store.removeIfMadeBefore("old=", now - 30);
      await store.removeIfMadeBefore("young=", now - 30);
      await store.removeIfMadeBefore("unknown=", now - 30);
      expect(await open()).toEqual(["young="]);
    });

    test("leaves out connections whose time is up, though their rows are still there", async () => {
      await store.put(row("expired=", now - 8000, now - 1));
      await store.put(row("expiring=", now - 8000, now));
      await store.put(row("open=", now - 8000, now + 1));
      expect(await open()).toEqual(["open="]);
    });

    test("counts the connections until they are forgotten or, ten minutes later at most, their time is up", async () => {
      expect(await tally.count(now)).toBe(0);
      for (const [age, id] of ["a=", "b=", "c=", "d="].entries())
        await store.put(newConnection(id, (now - age * 1_000) * 1_000));
      expect(await tally.count(now)).toBe(4);
      await store.remove("a=");
      await store.removeIfMadeBefore("b=", now);
      expect(await tally.count(now)).toBe(2);
      expect(await tally.count(now - 2_000 + 7_799)).toBe(1);
      expect(await tally.count(now - 2_000 + 7_800 + 600)).toBe(0);
    });

    test("counts each connection once, however often it comes and goes", async () => {
      for (let n = 0; n < 3; n++) await store.put(newConnection("a=", now * 1_000));
      expect(await tally.count(now)).toBe(1);
      for (let n = 0; n < 3; n++) await store.remove("a=");
      await store.remove("never there=");
      await store.removeIfMadeBefore("a=", now + 1);
      expect(await tally.count(now)).toBe(0);
    });

    test("stops reading when the signal aborts", async () => {
      await store.put(row("a="));
      const reading = async () => {
        for await (const page of store.pages(now, AbortSignal.abort())) expect(page).toBeUndefined();
      };
      await expect(reading()).rejects.toThrow();
    });

    test("stores times in epoch seconds: two hours and ten minutes to live", async () => {
      const connection = newConnection("a=", now * 1000 + 999);
      expect(connection).toEqual({
        connectionId: "a=",
        connectedAt: now,
        expiresAt: now + 7200,
        topics: new Set(["all"]),
        ttl: now + 7800,
      });
      await store.put(connection);
      expect(await open(now + 7799)).toEqual(["a="]);
      expect(await open(now + 7800)).toEqual([]);
    });
  });
}
