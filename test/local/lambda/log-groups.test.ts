import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
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
  logs.stop();
  expect(read("/aws/lambda/a")).toBe("one\nthree\n");
  expect(read("/aws/lambda/b")).toBe("two\n");
});

test("adds to what a run before has written", () => {
  for (const line of ["one\n", "two\n"]) {
    const { logs } = logging();
    logs.append("/a", line);
    logs.stop();
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
  logs.stop();
});

test("shows every line behind the name of its source", () => {
  const { logs, shown } = logging();
  logs.show("connect", "one\ntwo\n");
  logs.show("api", "three");
  logs.flush();
  expect(shown).toEqual(["connect | one\nconnect | two\napi | three\n"]);
  logs.stop();
});

test("colours the names on a terminal, each in its own way", () => {
  const { logs, shown } = logging(true);
  for (const source of ["api", "connect", "api"]) logs.show(source, "x");
  logs.stop();
  const colours = shown
    .join("")
    .split("\n")
    .map((line) => line.slice(0, line.indexOf("m")));
  expect(colours[0]).toBe(colours[2]);
  expect(colours[0]).not.toBe(colours[1]);
});

describe("a file that cannot be written", () => {
  const MESSAGE =
    /cannot be written \(.*\), and its lines are lost: free space or make its folder writable, or set TERRACE_DATA to another folder\.\n$/;

  test("costs its lines and one warning, while the disk is full, and is written again when it is not", () => {
    const { logs, shown, read } = logging();
    logs.append("/a", "one\n");
    logs.flush();
    const full = jest.spyOn(fs, "appendFileSync").mockImplementation(() => {
      throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
    });
    for (const line of ["two\n", "three\n"]) {
      logs.append("/a", line);
      logs.show("api", line);
      logs.flush();
    }
    full.mockRestore();
    logs.append("/a", "four\n");
    logs.stop();
    expect(read("/a")).toBe("one\nfour\n");
    expect(shown[0]).toMatch(
      /^api \| two\nterrace \| \S+\/a\.log cannot be written \(ENOSPC: no space left on device, write\)/,
    );
    expect(shown.join("").match(/cannot be written/g)).toHaveLength(1);
    expect(shown.join("")).toContain("api | two\n");
    expect(shown.join("")).toContain("api | three\n");
  });

  test("may be one for which there is no folder, because a file has its name", () => {
    fs.writeFileSync(path.join(folder, "logs"), "mine");
    const shown: string[] = [];
    const terminal = { write: (text: string) => shown.push(text) };
    const logs = new LogGroups(path.join(folder, "logs"), terminal, new FakeClock());
    logs.append("/aws/lambda/a", "one\n");
    logs.append("/aws/lambda/a", "two\n");
    logs.stop();
    expect(shown).toEqual([expect.stringMatching(MESSAGE)]);
    expect(fs.readFileSync(path.join(folder, "logs"), "utf8")).toBe("mine");
  });

  test.each(["EACCES", "EROFS"])("may be one in a folder that is read-only (%s)", (code) => {
    const { logs, shown } = logging();
    const readOnly = jest.spyOn(fs, "openSync").mockImplementation(() => {
      throw Object.assign(new Error(`${code}: it failed`), { code });
    });
    logs.append("/a", "one\n");
    logs.stop();
    readOnly.mockRestore();
    expect(shown).toEqual([expect.stringMatching(MESSAGE)]);
  });
});
