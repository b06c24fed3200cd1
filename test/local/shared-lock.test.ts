import { beforeEach, expect, test } from "@jest/globals";
import { SharedLock } from "../../local/shared-lock";

let lock: SharedLock;
let running: string[];
let ends: Map<string, () => void>;

beforeEach(() => {
  lock = new SharedLock();
  running = [];
  ends = new Map();
});

/** Work that runs until it is ended by its name. */
const work = (name: string) => async () => {
  running.push(name);
  await new Promise<void>((resolve) => ends.set(name, resolve));
  running.splice(running.indexOf(name), 1);
  return name;
};

const pause = () => new Promise((resolve) => setImmediate(resolve));

async function end(name: string): Promise<void> {
  ends.get(name)?.();
  await pause();
}

test("runs shared work side by side", async () => {
  const answers = ["a", "b", "c"].map((name) => lock.shared(work(name)));
  await pause();
  expect(running).toEqual(["a", "b", "c"]);
  for (const name of running.slice()) await end(name);
  expect(await Promise.all(answers)).toEqual(["a", "b", "c"]);
});

test("runs exclusive work alone, and everything in the order in which it was asked for", async () => {
  const answers = [lock.shared(work("a")), lock.shared(work("b")), lock.exclusive(work("alone"))];
  answers.push(lock.shared(work("c")), lock.exclusive(work("last")), lock.shared(work("d")));
  const seen: string[] = [];
  for (const name of ["b", "a", "alone", "c", "last", "d"]) {
    await pause();
    seen.push(running.join(" "));
    await end(name);
  }
  expect(seen).toEqual(["a b", "a", "alone", "c", "last", "d"]);
  expect(await Promise.all(answers)).toEqual(["a", "b", "alone", "c", "last", "d"]);
});

test("passes failures on, and goes on after them", async () => {
  const fail = (text: string) => () => Promise.reject(new Error(text));
  const answers = [lock.shared(fail("first")), lock.exclusive(fail("second")), lock.exclusive(async () => "third")];
  expect(await Promise.allSettled([...answers, lock.shared(async () => "fourth")])).toEqual([
    { status: "rejected", reason: new Error("first") },
    { status: "rejected", reason: new Error("second") },
    { status: "fulfilled", value: "third" },
    { status: "fulfilled", value: "fourth" },
  ]);
});
