import { beforeEach, describe, expect, test } from "@jest/globals";
import type { TicketStore } from "../../../domain/realtime/tickets";

const now = 1_800_000_000;
const issued = { hash: "a".repeat(64), user_id: "ann", ttl: now + 60 };

/** Describes what every store of tickets does. */
export function ticketStoreContract(kind: string, emptyStore: () => Promise<TicketStore>): void {
  describe(`the ${kind} store of tickets`, () => {
    let store: TicketStore;
    beforeEach(async () => {
      store = await emptyStore();
      await store.put(issued);
    });

    test("gives a ticket away once", async () => {
      expect(await store.take(issued.hash, now)).toBe("ann");
      expect(await store.take(issued.hash, now)).toBeUndefined();
    });

    test("gives it to one of all who take it at once", async () => {
      const takers = await Promise.all(Array.from({ length: 10 }, () => store.take(issued.hash, now)));
      expect(takers.filter((holder) => holder === "ann")).toHaveLength(1);
      expect(takers.filter((holder) => holder === undefined)).toHaveLength(9);
    });

    test("gives none away whose time is up, and none that it does not know", async () => {
      expect(await store.take("b".repeat(64), now)).toBeUndefined();
      expect(await store.take(issued.hash, now + 60)).toBeUndefined();
      expect(await store.take(issued.hash, now + 59)).toBe("ann");
    });
  });
}
