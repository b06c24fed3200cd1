import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { SendOutcome } from "../../../domain/delivery/sender";
import { MOST, START } from "../../../domain/delivery/window";
import { deliverer, many, message, never } from "../../support/doubles/deliverer";

describe("a delivery", () => {
  test("sends the message to every subscriber once, in the order of their places", async () => {
    const received: string[] = [];
    const { run, services } = deliverer({ ids: many(25) });
    const places: string[] = [];
    for await (const page of services.subscriptions.pages(["all"], {}, 0))
      places.push(...page.map(({ connectionId }) => connectionId));
    const result = await run(never, {
      sender: {
        async send(connectionId, data) {
          received.push(`${connectionId} ${Buffer.from(data)}`);
          return "delivered";
        },
      },
    });
    expect(received).toEqual(places.map((id) => `${id} ${JSON.stringify(message)}`));
    expect(result).toEqual({ id: "m1", attempted: 25, delivered: 25, gone: 0, failed: 0, left: 0, segments: 0 });
  });

  test("sends nothing when nobody listens", async () => {
    const { run, sent } = deliverer({ ids: ["a="], topics: ["post:p"] });
    expect(await run()).toMatchObject({ attempted: 0, segments: 0 });
    expect(sent).toEqual([]);
  });

  test("leaves out connections whose time is up", async () => {
    const { clock, connections, run, sent } = deliverer();
    const seconds = clock.now() / 1_000;
    const expired = {
      connectedAt: seconds - 8_000,
      expiresAt: seconds,
      ttl: seconds + 600,
      topics: new Set(["all" as const]),
    };
    connections.set("expired=", { connectionId: "expired=", ...expired });
    await run();
    expect(sent).toEqual(["a="]);
  });

  test("keeps the window full, and widens it while all is well", async () => {
    const { clock, gauge, run, sent } = deliverer({
      ids: many(5_000),
      answers: async (): Promise<SendOutcome> => {
        await clock.sleep(20);
        return "delivered";
      },
    });
    const start = clock.now();
    expect(await run()).toMatchObject({ attempted: 5_000, delivered: 5_000 });
    expect(gauge.most).toBeGreaterThan(START);
    expect(gauge.most).toBeLessThanOrEqual(MOST);
    expect(clock.now() - start).toBeLessThan((5_000 / START) * 20);
    expect(new Set(sent).size).toBe(5_000);
  });

  test("sends fewer at once to a gateway that throttles, and reaches everyone", async () => {
    let underWay = 0;
    let throttled = 0;
    const made = deliverer({
      ids: many(5_000),
      answers: async (): Promise<SendOutcome> => {
        const tooMany = underWay >= 20;
        if (tooMany) throttled += 1;
        underWay += 1;
        await made.clock.sleep(20);
        underWay -= 1;
        return tooMany ? "throttled" : "delivered";
      },
    });
    const { delivered, left } = await made.run();
    expect(delivered + left).toBe(5_000);
    expect(throttled).toBeLessThan(2_000);
    const rest = await made.workOnAll();
    expect(rest.reduce((sum, result) => sum + result.delivered, delivered)).toBe(5_000);
  });

  test("forgets a connection that is gone", async () => {
    const { known, run } = deliverer({
      ids: ["a=", "gone="],
      answers: (id) => (id === "gone=" ? "gone" : "delivered"),
    });
    expect(await run()).toMatchObject({ attempted: 2, delivered: 1, gone: 1 });
    expect(known()).toEqual(["a="]);
  });

  test.each([
    [30, ["a="]],
    [31, []],
  ])("keeps or forgets a connection made %i s ago, which may still be opening for 30 s", async (age, kept) => {
    const { known, run } = deliverer({ age, answers: () => "gone" });
    expect(await run()).toMatchObject({ gone: 1 });
    expect(known()).toEqual(kept);
  });

  test("forgets an id that no connection can have, however young", async () => {
    const { known, run } = deliverer({ age: 0, answers: () => "invalid" });
    expect(await run()).toMatchObject({ gone: 1 });
    expect(known()).toEqual([]);
  });

  test.each(["throttled", "unavailable"] as const)("tries again when a send is %s", async (outcome) => {
    const { run, sent } = deliverer({
      ids: many(2),
      answers: (id, attempt) => (id === "c0=" && attempt < 4 ? outcome : "delivered"),
    });
    // The other one is what the first may take as long as.
    expect(await run(never, { random: () => 0 })).toMatchObject({ attempted: 2, delivered: 2 });
    expect(sent).toHaveLength(5);
  });

  test("leaves whom it cannot reach to the queue, keeps the row, and gives up in the end", async () => {
    const { delays, known, log, run, sent, tasks, workOnAll } = deliverer({ answers: () => "throttled" });
    expect(await run(never, { random: () => 0 })).toMatchObject({ attempted: 1, failed: 0, left: 1 });
    expect(tasks).toMatchObject([{ kind: "stragglers", id: "m1", round: 1, connections: [{ connectionId: "a=" }] }]);
    const results = await workOnAll();
    expect(results.map(({ left, failed }) => ({ left, failed }))).toEqual([
      { left: 1, failed: 0 },
      { left: 1, failed: 0 },
      { left: 0, failed: 1 },
    ]);
    expect(delays).toEqual([1, 5, 30]);
    expect(sent.length).toBeLessThanOrEqual(16);
    expect(known()).toEqual(["a="]);
    expect(log.at("warn")).toMatchObject([{ fields: { message_id: "m1", count: 1 } }]);
  });

  test.each([
    [0, [50, 50, 50]],
    [0.999999, [200, 400, 800]],
  ])("waits from 50 ms to 800 ms before it tries again: with %d at random", async (random, expected) => {
    const { tasks, workOn, waits, run } = deliverer({ answers: () => "unavailable" });
    await run();
    const [task] = tasks;
    if (task?.kind !== "stragglers") throw new Error("There is nothing to try again.");
    waits.length = 0;
    await workOn({ ...task, round: 3 }, never, { random: () => random });
    expect(
      waits
        .map(Math.round)
        .filter((wait) => wait !== 50 || random === 0)
        .slice(0, 3),
    ).toEqual(expected);
  });

  test("does not try again what the gateway will not take", async () => {
    const { known, run, sent } = deliverer({ answers: () => "refused" });
    expect(await run()).toMatchObject({ attempted: 1, failed: 1, left: 0 });
    expect(sent).toHaveLength(1);
    expect(known()).toEqual(["a="]);
  });

  test("accounts for every connection, whatever becomes of each send", async () => {
    const outcomes: SendOutcome[] = ["delivered", "gone", "invalid", "throttled", "unavailable", "refused"];
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.constantFrom(...outcomes), { minLength: 4, maxLength: 4 }), { maxLength: 150 }),
        async (plans) => {
          const { gauge, known, run, tasks } = deliverer({
            ids: plans.map((_, n) => `c${n}=`),
            answers: (id, attempt) => plans[Number.parseInt(id.slice(1), 10)]?.[attempt - 1] ?? "delivered",
          });
          const { attempted, delivered, gone, failed, left, segments } = await run();
          expect(delivered + gone + failed + left).toBe(plans.length);
          expect({ attempted, segments }).toEqual({ attempted: plans.length, segments: 0 });
          expect(known()).toHaveLength(plans.length - gone);
          expect(tasks.flatMap((task) => (task.kind === "stragglers" ? task.connections : []))).toHaveLength(left);
          expect(gauge.now).toBe(0);
        },
      ),
      { numRuns: 50 },
    );
  });
});

describe("a slow connection", () => {
  /** Delivers to 1,000 of whom the one at a place may be slow: API Gateway answers the others within 20 to 80 ms. */
  async function milliseconds(slow: number | undefined): Promise<{ total: number; left: number }> {
    let started = 0;
    const made = deliverer({
      ids: many(1_000),
      answers: async (_, __, signal): Promise<SendOutcome> => {
        const place = started++;
        const latency = 20 + ((place * 48_271) % 61);
        await made.clock.sleep(place === slow ? 10_000 : latency, signal);
        return signal.aborted ? "unavailable" : "delivered";
      },
    });
    const start = made.clock.now();
    const { left } = await made.run();
    return { total: made.clock.now() - start, left };
  }

  test.each([0, 250, 500])("of 10 s, the %i-th of 1,000, changes the total by under a tenth", async (place) => {
    const without = await milliseconds(undefined);
    const withIt = await milliseconds(place);
    expect(without.left).toBe(0);
    expect(withIt.left).toBe(1);
    expect(withIt.total / without.total).toBeLessThan(1.1);
  });

  test("that is the last one is waited for a few times as long as the others, and left to the queue", async () => {
    const without = await milliseconds(undefined);
    const withIt = await milliseconds(999);
    expect(withIt.left).toBe(1);
    expect(withIt.total - without.total).toBeLessThanOrEqual(300);
  });
});
