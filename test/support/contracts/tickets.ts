import { beforeEach, describe, expect, test } from "@jest/globals";
import { TICKETS_PER_MINUTE, type TicketStore } from "../../../domain/admission/tickets";
import { type ArrivalStore, CONNECTIONS_PER_USER, newConnection } from "../../../domain/realtime/connections";

const now = 1_800_000_000;
const issued = { hash: "a".repeat(64), user_id: "ann", ttl: now + 60 };
const of = (connectionId: string, user_id = "ann", at = now) => ({
  ...newConnection(connectionId, at * 1000),
  user_id,
});

/** Describes what every store of tickets does, and the arrivals that take them. */
export function ticketStoreContract(
  kind: string,
  empty: () => Promise<{ store: TicketStore; arrivals: ArrivalStore }>,
): void {
  describe(`the ${kind} store of tickets`, () => {
    let store: TicketStore;
    let arrivals: ArrivalStore;
    beforeEach(async () => {
      ({ store, arrivals } = await empty());
      expect(await store.put(issued, now)).toBe(true);
    });

    test("gives a ticket away once", async () => {
      expect(await arrivals.put(of("a="), issued.hash, now)).toBe("admitted");
      expect(await arrivals.put(of("b="), issued.hash, now)).toBe("no such ticket");
    });

    test("gives it to one of all who take it at once", async () => {
      const takers = await Promise.all(
        Array.from({ length: 10 }, (_, n) => arrivals.put(of(`c${n}=`), issued.hash, now)),
      );
      expect(takers.filter((admission) => admission === "admitted")).toHaveLength(1);
      expect(takers.filter((admission) => admission === "no such ticket")).toHaveLength(9);
    });

    test("admits a connection twice that is announced twice, though its ticket is taken", async () => {
      for (let n = 0; n < 2; n++) expect(await arrivals.put(of("a="), issued.hash, now)).toBe("admitted");
    });

    test("gives none away whose time is up, and none that it does not know", async () => {
      expect(await arrivals.put(of("a="), "b".repeat(64), now)).toBe("no such ticket");
      expect(await arrivals.put(of("a="), issued.hash, now + 60)).toBe("no such ticket");
      expect(await arrivals.put(of("a="), issued.hash, now + 59)).toBe("admitted");
    });

    test("bounds the tickets of each user by the minute, however many ask at once", async () => {
      const take = (n: number, at: number, user_id = "ann") =>
        store.put({ hash: `${user_id}${n}-${at}`, user_id, ttl: at + 60 }, at);
      const minute = Math.floor(now / 60) * 60 + 60;
      const taken = await Promise.all(Array.from({ length: 30 }, (_, n) => take(n, minute + n)));
      expect(taken.filter((kept) => kept)).toHaveLength(TICKETS_PER_MINUTE);
      expect(await take(30, minute + 59)).toBe(false);
      expect(await take(30, minute + 59, "bob")).toBe(true);
      expect(await take(31, minute + 60)).toBe(true);
    });

    test("bounds the connections of each user, leaves the ticket of one too many good, and forgets those that ended", async () => {
      for (let n = 0; n < CONNECTIONS_PER_USER; n++)
        expect(await arrivals.put(of(`c${n}=`, "ann", now - n))).toBe("admitted");
      expect(await arrivals.put(of("a="), issued.hash, now)).toBe("too many connections");
      expect(await arrivals.put(of("b=", "bob"))).toBe("admitted");
      expect(await arrivals.put(newConnection("nobody=", now * 1000))).toBe("admitted");
      const later = now + 7200 - 3;
      expect(await arrivals.put(of("a=", "ann", later))).toBe("admitted");
      // Of the twenty, three have some seconds left.
      for (let n = 4; n < CONNECTIONS_PER_USER; n++) await arrivals.put(of(`d${n}=`, "ann", later));
      expect(await arrivals.put(of("e=", "ann", later))).toBe("too many connections");
      expect(await arrivals.put(of("e=", "ann", later + 3))).toBe("admitted");
    });
  });
}
