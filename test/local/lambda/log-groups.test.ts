import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { LogGroups } from "../../../local/lambda/log-groups";
import { FakeClock } from "../fake-clock";

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "terrace-logs-"));
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

function logging(isTTY = false) {
  const clock = new FakeClock();
  const shown: string[] = [];
  const logs = new LogGroups(folder, { isTTY, write: (text) => shown.push(text) }, clock);
  const read = (group: string) => fs.readFileSync(path.join(folder, `${group}.log`), "utf8");
  return { clock, shown, logs, read };
}

test("keeps every log group in a file of its name", () => {
  const { logs, read } = logging();
  logs.append("/aws/lambda/a", "one\n");
  logs.append("/aws/lambda/b", "two\n");
  logs.append("/aws/lambda/a", "three\n");
  logs.close();
  expect(read("/aws/lambda/a")).toBe("one\nthree\n");
  expect(read("/aws/lambda/b")).toBe("two\n");
});

test("adds to what a run before has written", () => {
  for (const line of ["one\n", "two\n"]) {
    const { logs } = logging();
    logs.append("/a", line);
    logs.close();
  }
  expect(logging().read("/a")).toBe("one\ntwo\n");
});

test("writes in batches, a moment later", () => {
  const { logs, clock, shown, read } = logging();
  logs.append("/a", "one\n");
  logs.show("api", "one\n");
  logs.show("api", "two\n");
  expect(shown).toEqual([]);
  clock.advance(20);
  expect(shown).toEqual(["api | one\napi | two\n"]);
  expect(read("/a")).toBe("one\n");
  logs.close();
});

test("shows every line behind the name of its source", () => {
  const { logs, shown } = logging();
  logs.show("connect", "one\ntwo\n");
  logs.show("api", "three");
  logs.flush();
  expect(shown).toEqual(["connect | one\nconnect | two\napi | three\n"]);
  logs.close();
});

test("colours the names on a terminal, each in its own way", () => {
  const { logs, shown } = logging(true);
  for (const source of ["api", "connect", "api"]) logs.show(source, "x");
  logs.close();
  const colours = shown
    .join("")
    .split("\n")
    .map((line) => line.slice(0, line.indexOf("m")));
  expect(colours[0]).toBe(colours[2]);
  expect(colours[0]).not.toBe(colours[1]);
});
