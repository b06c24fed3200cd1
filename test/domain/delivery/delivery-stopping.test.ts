import { describe, expect, test } from "@jest/globals";
import { type DeliveryServices, deliver } from "../../../domain/delivery/delivery";
import type { SendOutcome } from "../../../domain/delivery/sender";
import { START } from "../../../domain/delivery/window";
import { MESSAGE_BYTES } from "../../../domain/realtime/message";
import { SendingForbidden, TooLarge } from "../../../domain/shared/errors";
import { deliverer, many, never } from "../../support/doubles/deliverer";

describe("a delivery that cannot go on", () => {
  test("stops when sending is forbidden, forgets nobody and leaves nothing to the queue", async () => {
    const { known, log, run, sent, tasks } = deliverer({ ids: many(500), answers: () => "forbidden" });
    await expect(run()).rejects.toThrow(new SendingForbidden());
    expect(sent.length).toBeLessThanOrEqual(START);
    expect(known()).toHaveLength(500);
    expect(tasks).toEqual([]);
    expect(log.at("error")).toMatchObject([{ fields: { message_id: "m1", delivered: 0 } }]);
  });

  test("says how far it came when sending becomes forbidden on the way", async () => {
    const { clock, log, run } = deliverer({
      ids: many(500),
      answers: async (_, __): Promise<SendOutcome> => {
        await clock.sleep(1);
        return started++ < 100 ? "delivered" : "forbidden";
      },
    });
    let started = 0;
    await expect(run()).rejects.toThrow(new SendingForbidden());
    expect(log.at("error")).toMatchObject([{ fields: { message_id: "m1", delivered: 100 } }]);
  });

  test("goes on when a closed connection cannot be forgotten", async () => {
    const { log, run, services } = deliverer({
      ids: many(3),
      answers: (id) => (id === "c0=" ? "gone" : "delivered"),
    });
    const stuck = { ...services.subscriptions, forget: async () => Promise.reject(new Error("throttled")) };
    expect(await run(never, { subscriptions: stuck })).toMatchObject({ delivered: 2, gone: 1, left: 0 });
    expect(log.at("warn")).toMatchObject([{ fields: { connection_id: "c0=" } }]);
  });

  function failingAfter(pages: number, { subscriptions }: DeliveryServices): DeliveryServices["subscriptions"] {
    return {
      ...subscriptions,
      async *pages(...input) {
        let read = 0;
        for await (const page of subscriptions.pages(...input)) {
          if (read++ === pages) throw new Error("the store is down");
          yield page;
        }
      },
    };
  }

  test("fails when it cannot read a single page", async () => {
    const made = deliverer({ ids: many(25) });
    await expect(made.run(never, { subscriptions: failingAfter(0, made.services) })).rejects.toThrow(
      "the store is down",
    );
    expect(made.sent).toEqual([]);
  });

  test("reaches whom it has read and leaves the rest to the queue when it cannot read on", async () => {
    const made = deliverer({ ids: many(25) });
    const result = await made.run(never, { subscriptions: failingAfter(1, made.services) });
    expect(result).toMatchObject({ attempted: 10, delivered: 10, segments: 1 });
    expect(made.log.at("error")).toMatchObject([{ fields: { message_id: "m1" } }]);
    await made.workOnAll();
    expect(made.sent).toHaveLength(25);
    expect(new Set(made.sent).size).toBe(25);
  });

  test("leaves the rest to the queue when its time is up, and nobody is sent to twice", async () => {
    const time = new AbortController();
    const made = deliverer({
      ids: many(1_000),
      answers: async (): Promise<SendOutcome> => {
        await made.clock.sleep(100);
        if (made.clock.now() >= 1_800_000_000_200) time.abort();
        return "delivered";
      },
    });
    const result = await made.run(time.signal);
    expect(result.delivered).toBe(result.attempted);
    expect(result.segments).toBeGreaterThan(0);
    expect(made.sent.length).toBeLessThan(400);
    await made.workOnAll();
    expect(made.sent).toHaveLength(1_000);
    expect(new Set(made.sent).size).toBe(1_000);
  });

  test("leaves those to the queue that wait for a retry when its time is up", async () => {
    const time = new AbortController();
    const { run, sent, tasks } = deliverer({ answers: () => "throttled" });
    const result = await run(time.signal, { sleep: async () => time.abort() });
    expect(result).toMatchObject({ attempted: 1, left: 1, segments: 0 });
    expect(sent).toHaveLength(1);
    expect(tasks).toMatchObject([{ kind: "stragglers", connections: [{ connectionId: "a=" }] }]);
  });

  test("leaves everything to the queue when there is no time at all", async () => {
    const { run, sent, tasks } = deliverer({ ids: many(3) });
    expect(await run(AbortSignal.abort())).toMatchObject({ attempted: 0, segments: 1 });
    expect(sent).toEqual([]);
    expect(tasks).toMatchObject([{ kind: "segment", number: 0, topics: ["all"] }]);
  });

  test("fails if the queue does not take what is left", async () => {
    const down = { send: async () => Promise.reject(new Error("the queue is down")) };
    const { run } = deliverer({ ids: many(30), threshold: 20 });
    await expect(run(never, { queue: down })).rejects.toThrow("the queue is down");
    const throttled = deliverer({ answers: () => "throttled" });
    await expect(throttled.run(never, { queue: down })).rejects.toThrow("the queue is down");
  });

  test("takes a message of exactly 128 KB and refuses one byte more before it reads anything", async () => {
    const { services } = deliverer();
    const padded = (bytes: number) => {
      const empty = { id: "m", type: "t", data: { text: "" } };
      // Each of the first characters takes three bytes, and each of the rest one.
      const free = bytes - Buffer.byteLength(JSON.stringify(empty));
      return { ...empty, data: { text: "日".repeat(Math.floor(free / 3)) + "x".repeat(free % 3) } };
    };
    const unread = {
      ...services.subscriptions,
      pages: () => {
        throw new Error("read");
      },
    };
    const attempt = (bytes: number) => deliver(padded(bytes), ["all"], { ...services, subscriptions: unread }, never);
    await expect(attempt(MESSAGE_BYTES)).rejects.toThrow("read");
    await expect(attempt(MESSAGE_BYTES + 1)).rejects.toBeInstanceOf(TooLarge);
  });
});
