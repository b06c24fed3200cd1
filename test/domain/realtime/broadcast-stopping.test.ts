import { describe, expect, test } from "@jest/globals";
import { broadcast, type SendOutcome, sleep, WINDOW } from "../../../domain/realtime/broadcast";
import type { ConnectionStore } from "../../../domain/realtime/connections";
import { MESSAGE_BYTES } from "../../../domain/realtime/message";
import { SendingForbidden, TooLarge } from "../../../domain/shared/errors";
import { broadcaster, many, never } from "../../support/doubles/broadcaster";
import { recordingLog } from "../../support/doubles/log";

describe("broadcast, when it cannot go on", () => {
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
      // Each of the first characters takes three bytes, and each of the rest one.
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
});
