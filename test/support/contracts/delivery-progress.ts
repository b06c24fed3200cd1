import { beforeEach, describe, expect, test } from "@jest/globals";
import type { DeliveryProgress } from "../../../domain/delivery/delivery-progress";

const now = 1_800_000_000_000;

/** Describes what every store of the progress of deliveries does. */
export function deliveryProgressContract(kind: string, empty: () => Promise<DeliveryProgress>): void {
  describe(`the ${kind} store of the progress of deliveries`, () => {
    let progress: DeliveryProgress;
    beforeEach(async () => {
      progress = await empty();
    });

    test("keeps the first cut of a message, and one of each message", async () => {
      expect(await progress.cut("m1", { after: "20000000a=", segments: 7 }, now)).toEqual({
        after: "20000000a=",
        segments: 7,
      });
      expect(await progress.cut("m1", { after: "30000000b=", segments: 9 }, now + 1)).toEqual({
        after: "20000000a=",
        segments: 7,
      });
      expect(await progress.cut("m2", { after: "", segments: 1 }, now)).toEqual({ after: "", segments: 1 });
    });

    test("gives a segment to one worker until its time is over", async () => {
      expect(await progress.claim("m1#0", now, now + 10_000)).toEqual({ state: "claimed" });
      expect(await progress.claim("m1#0", now + 10_000, now + 20_000)).toEqual({ state: "busy" });
      expect(await progress.claim("m1#1", now, now + 10_000)).toEqual({ state: "claimed" });
      expect(await progress.claim("m1#0", now + 10_001, now + 20_000)).toEqual({ state: "claimed" });
    });

    test("gives a segment to one of those who claim it at once", async () => {
      const claims = await Promise.all(Array.from({ length: 8 }, () => progress.claim("m1#0", now, now + 10_000)));
      expect(claims.map(({ state }) => state).sort()).toEqual([...Array(7).fill("busy"), "claimed"]);
    });

    test("lets whoever claims a segment next continue where it has come to", async () => {
      await progress.claim("m1#0", now, now + 10_000);
      await progress.note("m1#0", "20000000a=");
      await progress.note("m1#0", "30000000b=");
      expect(await progress.claim("m1#0", now + 10_001, now + 20_000)).toEqual({
        state: "claimed",
        after: "30000000b=",
      });
    });

    test("lets a segment that is given back be claimed at once", async () => {
      await progress.claim("m1#0", now, now + 10_000);
      await progress.note("m1#0", "20000000a=");
      await progress.release("m1#0");
      expect(await progress.claim("m1#0", now + 1, now + 10_000)).toEqual({ state: "claimed", after: "20000000a=" });
    });

    test("knows that a segment is finished, whenever it is claimed again", async () => {
      await progress.claim("m1#0", now, now + 10_000);
      await progress.finish("m1#0");
      expect(await progress.claim("m1#0", now + 1, now + 10_000)).toEqual({ state: "finished" });
      expect(await progress.claim("m1#0", now + 20_000, now + 30_000)).toEqual({ state: "finished" });
    });
  });
}
