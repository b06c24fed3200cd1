import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { cutAfter, segmentsAfter, subscribersOf, task } from "../../../domain/delivery/tasks";
import { placeOf } from "../../../domain/realtime/subscriptions";

const id = fc.string({ minLength: 1, maxLength: 20 });

describe("cutting the hash space", () => {
  test("puts every place after the first one into one segment, and none before it", () => {
    fc.assert(
      fc.property(fc.option(id), fc.integer({ min: 1, max: 1_000 }), fc.array(id), (from, count, ids) => {
        const place = from === null ? "" : placeOf(from);
        const ranges = cutAfter(place, count);
        expect(ranges).toHaveLength(count);
        for (const other of ids.map(placeOf)) {
          const found = ranges.filter(
            ({ after, until }) => (after === undefined || other > after) && (until === undefined || other < until),
          );
          expect(found).toHaveLength(other > place ? 1 : 0);
        }
      }),
    );
  });

  test("estimates the number of segments from the density of what has been seen", () => {
    // A tenth of the space has 5,000, so nine tenths have 45,000.
    expect(segmentsAfter("19999999a=", 5_000, 5_000)).toBe(9);
    expect(segmentsAfter("19999999a=", 5_000, 1_000)).toBe(45);
    expect(segmentsAfter("ffffffffa=", 5_000, 5_000)).toBe(1);
    expect(segmentsAfter("00000000a=", 5_000, 5_000)).toBe(1_000);
  });
});

describe("a task", () => {
  test.each([
    { kind: "segment", id: "m", text: "{}", topics: ["all", "post:p", "user:u"], number: 0, after: "a", until: "b" },
    { kind: "segment", id: "m", text: "{}", topics: ["all"], number: 0 },
    { kind: "stragglers", id: "m", text: "{}", round: 1, connections: [{ connectionId: "a=", connectedAt: 1 }] },
  ])("is read as it was written: %j", (written) => {
    expect(task.parse(JSON.parse(JSON.stringify(written)))).toEqual(written);
  });

  test.each([{}, { kind: "other" }, { kind: "segment", id: "m", text: "{}", topics: ["everything"], number: 0 }, null])(
    "is refused: %j",
    (written) => {
      expect(task.safeParse(written).success).toBe(false);
    },
  );

  test("names its connections in the order of their places", () => {
    const connections = ["a=", "b=", "c=", "d="].map((connectionId) => ({ connectionId, connectedAt: 1 }));
    const subscribers = subscribersOf({ kind: "stragglers", id: "m", text: "{}", round: 1, connections });
    const places = subscribers.map(({ place }) => place);
    expect(places).toEqual(connections.map(({ connectionId }) => placeOf(connectionId)).sort());
  });
});
