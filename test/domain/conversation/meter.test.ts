import { beforeEach, describe, expect, test } from "@jest/globals";
import { createMeter, type MessageCounter } from "../../../domain/conversation/meter";

const MINUTE = 60_000;
const connection = { connectionId: "a=", connectedAt: 1, expiresAt: 2 };
let time: number;
let counts: Map<string, number>;
let asked: number;
let counter: MessageCounter;
beforeEach(() => {
  time = 30_000_000 * MINUTE;
  counts = new Map();
  asked = 0;
  counter = {
    async count(connectionId, minute, messages) {
      asked += 1;
      if (connectionId === "unknown=") return undefined;
      const key = `${connectionId} ${minute}`;
      counts.set(key, (counts.get(key) ?? 0) + messages);
      return { connection: { ...connection, connectionId }, messages: counts.get(key) ?? 0 };
    },
  };
});
const meter = (limit: number) => createMeter(counter, limit, () => time);
async function hearing(hear: ReturnType<typeof meter>, times: number, connectionId = "a=") {
  const rates: unknown[] = [];
  for (let n = 0; n < times; n++) rates.push((await hear(connectionId))?.rate);
  return (rate: string) => rates.filter((one) => one === rate).length;
}

describe("the meter of messages", () => {
  test("hears so many a minute, refuses as many more, and calls the rest a flood", async () => {
    const rates = await hearing(meter(100), 250);
    expect([rates("within the limit"), rates("too many"), rates("flooding")]).toEqual([100, 100, 50]);
  });

  test("asks the store for a tenth of the messages", async () => {
    await hearing(meter(100), 100);
    expect(asked).toBeLessThanOrEqual(11);
  });

  test("starts again each minute, and lets no idle minute add up", async () => {
    const hear = meter(20);
    await hearing(hear, 35);
    time += 10 * MINUTE;
    const rates = await hearing(hear, 30);
    expect([rates("within the limit"), rates("too many")]).toEqual([20, 10]);
  });

  test("counts each connection by itself", async () => {
    const hear = meter(20);
    await hearing(hear, 60);
    expect((await hear("b="))?.rate).toBe("within the limit");
  });

  test("lets a connection that several instances hear send little more than the limit", async () => {
    const instances = Array.from({ length: 5 }, () => meter(100));
    let within = 0;
    for (let n = 0; n < 1000; n++) if ((await instances[n % 5]?.("a="))?.rate === "within the limit") within += 1;
    expect(within).toBeGreaterThanOrEqual(100);
    expect(within).toBeLessThanOrEqual(100 + 5 * 10);
  });

  test("takes a limit of one message", async () => {
    const rates = await hearing(meter(1), 4);
    expect([rates("within the limit"), rates("too many"), rates("flooding")]).toEqual([1, 1, 2]);
  });

  test("knows nothing of a connection that is not there", async () => {
    expect(await meter(100)("unknown=")).toBeUndefined();
  });

  test("remembers a thousand connections, and asks again about others", async () => {
    const hear = meter(100);
    for (let n = 0; n <= 1_000; n++) await hear(`c${n}=`);
    const before = asked;
    await hear("c1000=");
    expect(asked).toBe(before);
    await hear("c0=");
    expect(asked).toBe(before + 1);
  });
});
