import { describe, expect, test } from "@jest/globals";
import type { SendOutcome } from "../../../domain/delivery/sender";
import type { Task } from "../../../domain/delivery/tasks";
import { TaskBusy } from "../../../domain/delivery/worker";
import { SendingForbidden } from "../../../domain/shared/errors";
import { deliverer, many, never } from "../../support/doubles/deliverer";

/** A delivery to 2,000 that has sent to the first 500 and handed over the rest. */
async function handedOver(options: Parameters<typeof deliverer>[0] = {}) {
  const made = deliverer({ ids: many(2_000), threshold: 500, ...options });
  const result = await made.run();
  const segments = made.tasks.filter(({ kind }) => kind === "segment");
  return { ...made, result, segments, first: segments[0] as Task };
}

describe("a delivery with more subscribers than one function sends to", () => {
  test("sends to the first ones and cuts the rest into segments of about as many", async () => {
    const { result, segments, sent, workOnAll } = await handedOver();
    expect(result).toMatchObject({ attempted: 500, delivered: 500, segments: segments.length });
    expect(segments.length).toBeGreaterThanOrEqual(3);
    expect(segments.length).toBeLessThanOrEqual(4);
    const results = await workOnAll();
    expect(results.map(({ state }) => state)).toEqual(Array(segments.length).fill("finished"));
    for (const { attempted } of results) expect(attempted).toBeLessThan(700);
    expect(sent).toHaveLength(2_000);
    expect(new Set(sent).size).toBe(2_000);
  });

  test("is handed over in the same segments when it is made again, and nothing that is done is done again", async () => {
    const { run, segments, sent, tasks, workOnAll } = await handedOver();
    await workOnAll();
    await run();
    expect(tasks).toEqual(segments);
    expect((await workOnAll()).map(({ state }) => state)).toEqual(Array(segments.length).fill("was finished"));
    expect(sent).toHaveLength(2_500);
  });

  test("hands nothing over when there are just as many", async () => {
    const { run } = deliverer({ ids: many(500), threshold: 500 });
    expect(await run()).toMatchObject({ delivered: 500, segments: 0 });
  });
});

describe("a worker", () => {
  test("does not do what is done, and leaves alone what another is doing", async () => {
    const { first, sent, workOn } = await handedOver();
    const before = sent.length;
    const results = await Promise.allSettled([workOn(first), workOn(first)]);
    expect(results).toMatchObject([
      { status: "fulfilled", value: { state: "finished" } },
      { status: "rejected", reason: new TaskBusy("m1#0") },
    ]);
    const after = sent.length;
    expect(after).toBeGreaterThan(before);
    expect(await workOn(first)).toMatchObject({ state: "was finished", attempted: 0 });
    expect(sent).toHaveLength(after);
  });

  test("continues where another ended without a word, at most some seconds before", async () => {
    const made = await handedOver({ ids: many(8_000), threshold: 2_000, latency: 300 });
    const { clock, first, sent, services, workOn } = made;
    // What the worker does after its crash is seen by nobody.
    let isAlive = true;
    const dead = new Promise<never>(() => undefined);
    const crashing = workOn(first, never, {
      sender: { send: (...input) => (isAlive ? services.sender.send(...input) : dead) },
      progress: { ...services.progress, note: (...input) => (isAlive ? services.progress.note(...input) : dead) },
    });
    crashing.catch(() => undefined);
    const at = clock.now();
    await clock.run(clock.sleep(2_500));
    isAlive = false;
    const before = sent.length;
    await expect(workOn(first)).rejects.toThrow(new TaskBusy("m1#0"));
    await clock.run(clock.sleep(60_000));
    const result = await workOn(first);
    expect(result.state).toBe("finished");
    const twice = sent.length - new Set(sent).size;
    expect(twice).toBeGreaterThan(0);
    expect(twice).toBeLessThan(before - 2_000);
    expect(clock.now()).toBeGreaterThan(at);
  });

  test("leaves the rest of its segment to the next when its time is up", async () => {
    const made = await handedOver({ latency: 100 });
    const time = new AbortController();
    void made.clock.sleep(250).then(() => time.abort());
    made.tasks.length = 0;
    const result = await made.workOn(made.first, time.signal);
    expect(result.state).toBe("to be continued");
    expect(made.tasks).toEqual([made.first]);
    const [continued] = await made.workOnAll();
    expect(continued?.state).toBe("finished");
    expect(new Set(made.sent).size).toBe(made.sent.length);
  });

  test("fails if its time is up before it begins, so that no task goes round for ever", async () => {
    const { first, tasks, workOn } = await handedOver();
    tasks.length = 0;
    await expect(workOn(first, AbortSignal.abort())).rejects.toThrow("The time is up");
    expect(tasks).toEqual([]);
    expect(await workOn(first)).toMatchObject({ state: "finished" });
  });

  test("stops when sending is forbidden, and somebody else can continue", async () => {
    const made = await handedOver();
    const forbids = { send: async (): Promise<SendOutcome> => "forbidden" };
    await expect(made.workOn(made.first, never, { sender: forbids })).rejects.toThrow(new SendingForbidden());
    expect(await made.workOn(made.first)).toMatchObject({ state: "finished" });
  });

  test("fails if it cannot read the subscribers, and whoever tries again continues", async () => {
    const { first, services, workOn } = await handedOver();
    const subscriptions = {
      ...services.subscriptions,
      async *pages() {
        yield [];
        throw new Error("the store is down");
      },
    };
    await expect(workOn(first, never, { subscriptions })).rejects.toThrow("the store is down");
    expect(await workOn(first)).toMatchObject({ state: "finished" });
  });

  test("delivers although it cannot note how far it comes", async () => {
    const { first, log, services, workOn } = await handedOver({ latency: 600 });
    const progress = { ...services.progress, note: async () => Promise.reject(new Error("throttled")) };
    expect(await workOn(first, never, { progress })).toMatchObject({ state: "finished", failed: 0 });
    expect(log.at("warn").length).toBeGreaterThan(0);
  });
});
