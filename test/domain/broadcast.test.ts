import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  type BroadcastServices,
  broadcast,
  type Sender,
  SendingForbidden,
  type SendOutcome,
  sleep,
  WINDOW,
} from "../../domain/broadcast";
import type { ConnectionRow, ConnectionStore } from "../../domain/connections";
import { memoryConnectionStore } from "../../domain/connections.memory";
import { TooLarge } from "../../domain/errors";
import { MESSAGE_BYTES } from "../../domain/message";
import { recordingLog } from "../support/doubles/log";
import { virtualClock } from "../support/doubles/virtual-clock";

const message = { id: "m1", type: "comment.created", data: { text: "日本" } };
const never = new AbortController().signal;

/** Sends are answered by the given function, or a list of outcomes of which the last goes on for ever. */
type Answers = (connectionId: string, attempt: number) => SendOutcome | Promise<SendOutcome>;

function broadcaster({
  ids = ["a="],
  age = 3600,
  answers = () => "delivered",
}: {
  ids?: readonly string[];
  age?: number;
  answers?: Answers;
} = {}) {
  const clock = virtualClock();
  const seconds = clock.now() / 1000;
  const rows = ids.map(
    (connectionId): ConnectionRow => ({ connectionId, connectedAt: seconds - age, ttl: seconds + 60 }),
  );
  const connections = memoryConnectionStore(10);
  const sent: string[] = [];
  const waits: number[] = [];
  const gauge = { now: 0, most: 0 };
  const sender: Sender = {
    async send(connectionId) {
      gauge.most = Math.max(gauge.most, ++gauge.now);
      sent.push(connectionId);
      const outcome = await answers(connectionId, sent.filter((id) => id === connectionId).length);
      gauge.now -= 1;
      return outcome;
    },
  };
  const log = recordingLog();
  const services: BroadcastServices = {
    connections,
    sender,
    log,
    now: clock.now,
    random: () => 0.5,
    sleep(milliseconds, signal) {
      waits.push(milliseconds);
      return clock.sleep(milliseconds, signal);
    },
  };
  async function run(signal = never, changed: Partial<BroadcastServices> = {}) {
    for (const row of rows) await connections.put(row);
    return clock.run(broadcast(message, { ...services, ...changed }, signal));
  }
  async function known() {
    const ids: string[] = [];
    for await (const page of connections.pages(0)) ids.push(...page.map(({ connectionId }) => connectionId));
    return ids;
  }
  return { clock, connections, gauge, known, log, run, sent, waits };
}

const many = (count: number) => Array.from({ length: count }, (_, n) => `c${n}=`);

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
    await connections.put({ connectionId: "expired=", connectedAt: seconds - 8000, ttl: seconds });
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

  test("stops when sending is forbidden, forgets nobody and fails if it reached nobody", async () => {
    const { known, run, sent } = broadcaster({ ids: many(500), answers: () => "forbidden" });
    await expect(run()).rejects.toThrow(new SendingForbidden());
    expect(sent.length).toBeLessThanOrEqual(WINDOW);
    expect(await known()).toHaveLength(500);
  });

  test("says how far it came when sending becomes forbidden on the way", async () => {
    const { clock, log, run } = broadcaster({
      ids: many(500),
      answers: async (id) => {
        await clock.sleep(1);
        return Number.parseInt(id.slice(1), 10) < 100 ? "delivered" : "forbidden";
      },
    });
    const result = await run();
    expect(result).toMatchObject({ delivered: 100, truncated: true });
    expect(result.failed).toBeGreaterThan(0);
    expect(result.attempted + result.skipped).toBeLessThan(500);
    expect(log.at("error")).toMatchObject([{ fields: { error: new SendingForbidden(), message_id: "m1" } }]);
  });

  test("goes on when a closed connection cannot be forgotten", async () => {
    const { connections, log, run } = broadcaster({
      ids: many(3),
      answers: (id) => (id === "c0=" ? "gone" : "delivered"),
    });
    const stuck: ConnectionStore = {
      ...connections,
      removeIfMadeBefore: async () => Promise.reject(new Error("throttled")),
    };
    expect(await run(never, { connections: stuck })).toMatchObject({ delivered: 2, gone: 1, truncated: false });
    expect(log.at("warn")).toMatchObject([{ fields: { connection_id: "c0=" } }]);
  });

  function failingAfter(pages: number, { connections }: { connections: ConnectionStore }): ConnectionStore {
    return {
      ...connections,
      async *pages(now, signal) {
        let read = 0;
        for await (const page of connections.pages(now, signal)) {
          if (read++ === pages) throw new Error("the store is down");
          yield page;
        }
      },
    };
  }

  test("fails when it cannot read a single page", async () => {
    const made = broadcaster({ ids: many(25) });
    await expect(made.run(never, { connections: failingAfter(0, made) })).rejects.toThrow("the store is down");
    expect(made.sent).toEqual([]);
  });

  test("reaches whom it has read and says so when it cannot read on", async () => {
    const made = broadcaster({ ids: many(25) });
    const result = await made.run(never, { connections: failingAfter(1, made) });
    expect(result).toMatchObject({ attempted: 10, delivered: 10, skipped: 0, truncated: true });
    expect(made.log.at("error")).toMatchObject([{ fields: { message_id: "m1" } }]);
  });

  test("stops when its time is up: starts no send, counts whom it left out, and says so", async () => {
    const time = new AbortController();
    const { clock, run, sent } = broadcaster({
      ids: many(200),
      answers: async (): Promise<SendOutcome> => {
        await clock.sleep(100);
        if (clock.now() >= 1_800_000_000_200) time.abort();
        return "delivered";
      },
    });
    const result = await run(time.signal);
    expect(sent).toHaveLength(2 * WINDOW);
    expect(result).toMatchObject({ attempted: 2 * WINDOW, delivered: 2 * WINDOW, failed: 0, truncated: true });
    expect(result.skipped).toBeGreaterThan(0);
  });

  test("stops waiting for a retry when its time is up", async () => {
    const time = new AbortController();
    const { run, sent } = broadcaster({ answers: () => "throttled" });
    const result = await run(time.signal, { sleep: async () => time.abort() });
    expect(result).toMatchObject({ attempted: 1, throttled: 1 });
    expect(sent).toHaveLength(1);
  });

  test("does nothing but say so when there is no time at all", async () => {
    const { run, sent } = broadcaster({ ids: many(3) });
    expect(await run(AbortSignal.abort())).toMatchObject({ attempted: 0, truncated: true });
    expect(sent).toEqual([]);
  });

  test("takes a message of exactly 128 KB and refuses one byte more before it reads anything", async () => {
    const { run } = broadcaster();
    const services = broadcaster();
    const padded = (bytes: number) => {
      const empty = { id: "m", type: "t", data: { text: "" } };
      // Three bytes for each of these characters, and one for each of the rest.
      const free = bytes - Buffer.byteLength(JSON.stringify(empty));
      return { ...empty, data: { text: "日".repeat(Math.floor(free / 3)) + "x".repeat(free % 3) } };
    };
    const unread: ConnectionStore = {
      ...services.connections,
      pages: () => {
        throw new Error("read");
      },
    };
    const attempt = (bytes: number) =>
      broadcast(
        padded(bytes),
        {
          connections: unread,
          sender: { send: async () => "delivered" },
          log: recordingLog(),
          now: () => 0,
          random: () => 0,
          sleep,
        },
        never,
      );
    await expect(attempt(MESSAGE_BYTES)).rejects.toThrow("read");
    await expect(attempt(MESSAGE_BYTES + 1)).rejects.toBeInstanceOf(TooLarge);
    expect(await run()).toMatchObject({ delivered: 1 });
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
