import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { type SendOutcome, sleep, WINDOW } from "../../../domain/realtime/broadcast";
import { LIFETIME_SECONDS, newConnection } from "../../../domain/realtime/connections";
import { broadcaster, many, message, never } from "../../support/doubles/broadcaster";

describe("broadcast", () => {
  test("sends id, type and data to every open connection once", async () => {
    const received: string[] = [];
    const { run } = broadcaster({ ids: many(25) });
    const result = await run(never, {
      sender: {
        async send(connectionId, data) {
          received.push(`${connectionId} ${Buffer.from(data)}`);
          return "delivered";
        },
      },
    });
    expect(received.sort()).toEqual(
      many(25)
        .map((id) => `${id} ${JSON.stringify(message)}`)
        .sort(),
    );
    expect(result).toEqual({
      id: "m1",
      attempted: 25,
      delivered: 25,
      gone: 0,
      throttled: 0,
      failed: 0,
      skipped: 0,
      truncated: false,
    });
  });

  test("sends nothing when nobody is connected", async () => {
    const { run, sent } = broadcaster({ ids: [] });
    expect(await run()).toMatchObject({ attempted: 0, truncated: false });
    expect(sent).toEqual([]);
  });

  test("leaves out connections whose time is up", async () => {
    const { clock, connections, run, sent } = broadcaster();
    const seconds = clock.now() / 1000;
    await connections.put(newConnection("expired=", (seconds - LIFETIME_SECONDS) * 1000));
    await run();
    expect(sent).toEqual(["a="]);
  });

  test("keeps the window full and never more than full, whatever fails", async () => {
    let random = 1;
    const { clock, gauge, run, sent } = broadcaster({
      ids: many(5000),
      answers: async () => {
        random = (random * 48271) % 2147483647;
        const failing = random % 5 === 0;
        await clock.sleep(10 + (random % 40));
        return failing ? "unavailable" : "delivered";
      },
    });
    const result = await run();
    expect(gauge.most).toBe(WINDOW);
    expect(result.delivered + result.failed).toBe(5000);
    expect(result.delivered).toBeGreaterThan(4950);
    expect(new Set(sent).size).toBe(5000);
  });

  test("lets a slow connection delay nobody else", async () => {
    const slowest = 10_000;
    const { clock, run } = broadcaster({
      ids: many(1000),
      answers: async (id): Promise<SendOutcome> => {
        await clock.sleep(id === "c0=" ? slowest : 50);
        return "delivered";
      },
    });
    const start = clock.now();
    await run();
    expect(clock.now() - start).toBe(slowest);
  });

  test("forgets a connection that is gone", async () => {
    const { known, run } = broadcaster({
      ids: ["a=", "gone="],
      answers: (id) => (id === "gone=" ? "gone" : "delivered"),
    });
    expect(await run()).toMatchObject({ attempted: 2, delivered: 1, gone: 1 });
    expect(await known()).toEqual(["a="]);
  });

  test.each([
    [30, ["a="]],
    [31, []],
  ])("keeps or forgets a connection made %i s ago, which may still be opening for 30 s", async (age, kept) => {
    const { known, run } = broadcaster({ age, answers: () => "gone" });
    expect(await run()).toMatchObject({ gone: 1 });
    expect(await known()).toEqual(kept);
  });

  test("forgets an id that no connection can have, however young", async () => {
    const { known, run } = broadcaster({ age: 0, answers: () => "invalid" });
    expect(await run()).toMatchObject({ gone: 1 });
    expect(await known()).toEqual([]);
  });

  test.each(["throttled", "unavailable"] as const)("tries again when a send is %s", async (outcome) => {
    const { run, sent } = broadcaster({ answers: (_, attempt) => (attempt < 4 ? outcome : "delivered") });
    expect(await run()).toMatchObject({ attempted: 1, delivered: 1 });
    expect(sent).toHaveLength(4);
  });

  test("gives up after three retries, after random waits that grow, and keeps the row", async () => {
    const { known, run, sent, waits } = broadcaster({ answers: () => "throttled" });
    expect(await run()).toMatchObject({ attempted: 1, throttled: 1, failed: 0 });
    expect(sent).toHaveLength(4);
    expect(waits).toEqual([125, 225, 425]);
    expect(await known()).toEqual(["a="]);
  });

  test.each([
    [0, [50, 50, 50]],
    [0.999999, [200, 400, 800]],
  ])("waits from 50 ms to 800 ms: with %d at random", async (random, expected) => {
    const { run, waits } = broadcaster({ answers: () => "unavailable" });
    expect(await run(never, { random: () => random })).toMatchObject({ failed: 1 });
    expect(waits.map(Math.round)).toEqual(expected);
  });

  test("does not try again what the gateway will not take", async () => {
    const { known, run, sent } = broadcaster({ answers: () => "refused" });
    expect(await run()).toMatchObject({ attempted: 1, failed: 1 });
    expect(sent).toHaveLength(1);
    expect(await known()).toEqual(["a="]);
  });

  test("accounts for every connection, whatever becomes of each send", async () => {
    const outcomes: SendOutcome[] = ["delivered", "gone", "invalid", "throttled", "unavailable", "refused"];
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.constantFrom(...outcomes), { minLength: 4, maxLength: 4 }), { maxLength: 150 }),
        async (plans) => {
          const { gauge, known, run } = broadcaster({
            ids: plans.map((_, n) => `c${n}=`),
            answers: (id, attempt) => plans[Number.parseInt(id.slice(1), 10)]?.[attempt - 1] ?? "delivered",
          });
          const result = await run();
          expect(result.delivered + result.gone + result.throttled + result.failed).toBe(plans.length);
          expect(result).toMatchObject({ attempted: plans.length, skipped: 0, truncated: false });
          expect(await known()).toHaveLength(plans.length - result.gone);
          expect(gauge.now).toBe(0);
        },
      ),
      { numRuns: 50 },
    );
  });
});

describe("sleep", () => {
  test("waits", async () => {
    await sleep(1, never);
  });

  test("ends at once, without error, when the signal has aborted or aborts", async () => {
    await sleep(60_000, AbortSignal.abort());
    const later = new AbortController();
    const sleeping = sleep(60_000, later.signal);
    later.abort();
    await sleeping;
  });
});
