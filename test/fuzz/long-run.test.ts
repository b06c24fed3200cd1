import { spawnSync } from "node:child_process";
import path from "node:path";
import { expect, test } from "@jest/globals";

test.each([
  ["--minute", "Unknown option '--minute'"],
  ["--minutes=ten", '--minutes is "ten": it has to be a number above 0'],
  ["--minutes=0", '--minutes is "0": it has to be a number above 0'],
  ["--seed=1.5", '--seed is "1.5": it has to be a whole number from 0 on'],
])("a long run refuses %s, and says how it is asked for", (argument, reason) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [path.join(__dirname, "long-run.mjs"), argument], {
    encoding: "utf8",
  });
  expect([status, stdout]).toEqual([2, ""]);
  expect(stderr).toBe(`${reason}. npm run fuzz -- [--minutes <number>] [--seed <whole number>]\n`);
});
