import { execFile } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { build } from "esbuild";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "terrace-memory-"));
const program = path.join(folder, "program.cjs");
beforeAll(async () => {
  const entryPoints = [path.join(__dirname, "memory-of-a-delivery.ts")];
  await build({ entryPoints, bundle: true, platform: "node", format: "cjs", outfile: program, logLevel: "error" });
});
afterAll(() => fs.rmSync(folder, { recursive: true }));

/** Delivers to so many, and then to so many others, in a process of its own, and returns what it prints. */
async function deliveriesTo(
  ...counts: number[]
): Promise<{ readonly delivered: number; readonly looks: readonly number[] }[]> {
  const { stdout } = await promisify(execFile)(process.execPath, ["--expose-gc", program, ...counts.map(String)]);
  return JSON.parse(stdout);
}

const FEW = 10_000;
const MANY = 250_000;

test(`a delivery to ${MANY} takes at most a fifth more memory than one to ${FEW}, and keeps nothing of who is done`, async () => {
  const [few, many] = await deliveriesTo(FEW, MANY);
  expect([few?.delivered, many?.delivered]).toEqual([FEW, MANY]);
  const looks = many?.looks ?? [];
  expect(Math.max(...looks) / Math.max(...(few?.looks ?? []))).toBeLessThan(1.2);
  // The least of a few looks is what is kept, once the program is warm. A byte of each would be more than this.
  const fifth = looks.length / 5;
  const [warm = 0, ...later] = [1, 2, 3, 4].map((n) => Math.min(...looks.slice(n * fifth, (n + 1) * fifth)));
  for (const bytes of later) expect(bytes - warm).toBeLessThan((2 / 5) * MANY);
});
