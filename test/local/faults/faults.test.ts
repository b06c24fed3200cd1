import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { ConnectionCut } from "../../../local/faults/connection-cut";
import { type Effects, Faults } from "../../../local/faults/faults";
import type { Fault, FaultScenario } from "../../../local/faults/scenario";
import type { Call } from "../../../local/faults/trigger";
import { FakeClock } from "../fake-clock";

let folder: string;
let clock: FakeClock;
let hints: string[];
let crashed: Call[];
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "terrace-faults-"));
  [clock, hints, crashed] = [new FakeClock(), [], []];
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

const call: Call = { service: "dynamodb", operation: "PutItem", function: "api" };
function injecting(...faults: Fault[]): Faults {
  const scenario: FaultScenario = { seed: 7, faults };
  const crash = (target: Call) => crashed.push(target);
  return new Faults({ scenario, folder, clock, crash, hint: (text) => hints.push(text) });
}
const log = () => fs.readFileSync(path.join(folder, "faults.log"), "utf8");
const effects: Effects<string> = { error: ({ name }) => name, lose: () => "lost" };
/** What becomes of so many calls, one after the other. */
async function outcomes(faults: Faults, count: number, made: Call = call): Promise<string[]> {
  const results: string[] = [];
  for (let index = 0; index < count; index++) results.push(await faults.around(made, () => "done", effects));
  return results;
}
const throttled = (when: Partial<Fault["when"]>): Fault => ({
  when: { service: "dynamodb", ...when },
  what: { kind: "error", error: "ThrottlingException" },
});
const [D, T] = ["done", "ThrottlingException"];

test("a call that no fault is about is done", async () => {
  const faults = injecting(throttled({ operation: "GetItem" }), throttled({ function: "other" }));
  expect(await outcomes(faults, 2)).toEqual([D, D]);
  expect(await outcomes(faults, 1, { ...call, service: "kms" })).toEqual([D]);
});

test("the nth call, or a range of calls, is counted among those that match", async () => {
  expect(await outcomes(injecting(throttled({ nth: 2 })), 3)).toEqual([D, T, D]);
  const burst = injecting(throttled({ operation: "PutItem", nth: { from: 2, to: 3 } }));
  await outcomes(burst, 5, { ...call, operation: "GetItem" });
  expect(await outcomes(burst, 4)).toEqual([D, T, T, D]);
});

test("a window is in seconds of the clock, and its end is no longer in it", async () => {
  const faults = injecting(throttled({ window: { from: 10, to: 20 } }));
  const seen: string[] = [];
  for (const seconds of [9, 1, 9, 1]) {
    clock.advance(seconds * 1000);
    seen.push(...(await outcomes(faults, 1)));
  }
  expect(seen).toEqual([D, T, T, D]);
});

test("a probability hits about so many calls, and with the same seed always the same", async () => {
  const first = await outcomes(injecting(throttled({ probability: 0.05 })), 1000);
  expect(first.filter((outcome) => outcome === T).length).toBeGreaterThan(30);
  expect(first.filter((outcome) => outcome === T).length).toBeLessThan(70);
  expect(await outcomes(injecting(throttled({ probability: 0.05 })), 1000)).toEqual(first);
});

test("a fault draws for itself, whatever faults come before it in the scenario", async () => {
  const draws = throttled({ probability: 0.3 });
  const alone = await outcomes(injecting({ when: { service: "kms" }, what: { kind: "lose" } }, draws), 50);
  const after = await outcomes(injecting(throttled({ nth: 1 }), draws), 50);
  expect(after.slice(1)).toEqual(alone.slice(1));
});

test("a call that is cut off is done and not answered, even if it fails", async () => {
  const faults = injecting({ when: { service: "dynamodb" }, what: { kind: "cut" } });
  const done: string[] = [];
  await expect(faults.around(call, () => done.push("done"))).rejects.toThrow(ConnectionCut);
  const fail = () => Promise.reject(new Error("failed"));
  await expect(faults.around(call, fail)).rejects.toThrow(ConnectionCut);
  expect(done).toEqual(["done"]);
});

test("a crash ends the caller once the call is done", async () => {
  const faults = injecting({ when: { service: "dynamodb" }, what: { kind: "crash" } });
  await expect(faults.around(call, () => expect(crashed).toEqual([]))).rejects.toThrow(ConnectionCut);
  expect(crashed).toEqual([call]);
});

test("a call that hangs does nothing, and is cut off when the cloud stops", async () => {
  const faults = injecting({ when: { service: "dynamodb" }, what: { kind: "hang" } });
  const done: string[] = [];
  const hanging = faults.around(call, () => done.push("done"));
  faults.stop();
  await expect(hanging).rejects.toThrow(ConnectionCut);
  expect(done).toEqual([]);
});

test("latency passes before the call is done, on the cloud's clock, and ends early when the cloud stops", async () => {
  const faults = injecting({ when: { service: "dynamodb" }, what: { kind: "latency", milliseconds: 250 } });
  const done: string[] = [];
  const slow = faults.around(call, () => done.push("slow"));
  clock.advance(249);
  await Promise.resolve();
  expect(done).toEqual([]);
  clock.advance(1);
  await slow;
  const interrupted = faults.around(call, () => done.push("interrupted"));
  faults.stop();
  await interrupted;
  expect(done).toEqual(["slow", "interrupted"]);
});

test("the clock jumps with a call, or at its time, and delays last as long as ever", async () => {
  const faults = injecting(
    { when: { service: "dynamodb", nth: 1 }, what: { kind: "jump", seconds: -30 } },
    { when: { service: "clock", window: { from: 60 } }, what: { kind: "jump", seconds: 3600 } },
  );
  const ahead = () => (faults.clock.now() - clock.now()) / 1000;
  const due: number[] = [];
  faults.clock.after(90_000, () => due.push(clock.now()));
  const start = clock.now();
  await outcomes(faults, 1);
  expect(ahead()).toBe(-30);
  clock.advance(60_000);
  expect(ahead()).toBe(3570);
  clock.advance(30_000);
  expect(due).toEqual([start + 90_000]);
  expect(log()).toContain('"service":"clock","what":{"kind":"jump","seconds":3600}');
});

test("the log says which fault happened to which call", async () => {
  const faults = injecting({ ...throttled({ nth: 2 }), name: "second" }, throttled({ nth: 3 }));
  await outcomes(faults, 3);
  const [head, ...lines] = log().trimEnd().split("\n");
  expect(JSON.parse(head ?? "")).toEqual({ scenario: expect.stringMatching(/^[0-9a-f]{64}$/), seed: 7 });
  const about = { service: "dynamodb", operation: "PutItem", function: "api" };
  const what = { kind: "error", error: "ThrottlingException" };
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    { fault: "second", ...about, nth: 2, what },
    { fault: "faults[1]", ...about, nth: 3, what },
  ]);
});

test("a run is compared with the run before of the same scenario", async () => {
  const fault = throttled({ probability: 0.5 });
  const run = async (calls: number, made: Call = call, faults = injecting(fault)) => {
    await outcomes(faults, calls, made);
    faults.stop();
    return hints.splice(0);
  };
  expect(await run(20)).toEqual([]);
  const before = log();
  expect(await run(20)).toEqual([
    expect.stringMatching(/^The faults of this run are exactly those of the run before: \d+\.$/),
  ]);
  expect(log()).toBe(before);
  expect(fs.readFileSync(path.join(folder, "faults.previous.log"), "utf8")).toBe(before);
  expect(await run(20, { ...call, function: "other" })).toEqual([
    expect.stringMatching(/^Fault 1 is not that of the run before: it was .*"api".*, and is .*"other"/),
  ]);
  expect(await run(0, call)).toEqual([]); // It made no call at all, and never opened its log.
  const shorter = injecting(fault);
  shorter.begin();
  expect(await run(0, call, shorter)).toEqual([
    expect.stringMatching(/^Fault 1 of the run before did not happen in this/),
  ]);
});

test("a log that cannot be written is said once, and faults go on", async () => {
  fs.mkdirSync(path.join(folder, "faults.log"));
  expect(await outcomes(injecting(throttled({})), 3)).toEqual([T, T, T]);
  expect(hints).toEqual([
    expect.stringMatching(/faults\.log cannot be written \(EISDIR.*and faults are not logged\.$/),
  ]);
});
