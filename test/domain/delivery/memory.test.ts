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

/** Delivers to so many in a process of its own, and returns what it prints. */
async function deliveryTo(count: number): Promise<{ readonly delivered: number; readonly most: number }> {
  const { stdout } = await promisify(execFile)(process.execPath, ["--expose-gc", program, String(count)]);
  return JSON.parse(stdout);
}

test("a delivery to 1,000,000 takes at most a fifth more memory than one to 10,000", async () => {
  const [few, many] = [await deliveryTo(10_000), await deliveryTo(1_000_000)];
  expect([few.delivered, many.delivered]).toEqual([10_000, 1_000_000]);
  expect(many.most / few.most).toBeLessThan(1.2);
});
