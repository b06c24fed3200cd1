// Synthesis of every environment, beside a precompiled minimal app of three stacks.
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { median, timeToEnd } from "./process.mjs";
import { row } from "./report.mjs";

const rounds = Number(process.env.ROUNDS ?? 5);

export async function synthesis() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "terrace-bench-"));
  /** @type {{ ours: number[], minimal: number[] }} */
  const seconds = { ours: [], minimal: [] };
  const ours = { CDKTF_OUTDIR: path.join(folder, "ours") };
  const minimal = { CDKTF_OUTDIR: path.join(folder, "minimal") };
  const memory = path.join(folder, "memory");
  try {
    for (let round = 0; round < rounds; round++) {
      seconds.ours.push(await timeToEnd([process.execPath, "dist/main.cjs"], ours));
      seconds.minimal.push(await timeToEnd([process.execPath, "bench/minimal-app.cjs"], minimal));
    }
    const [mine, floor] = [median(seconds.ours), median(seconds.minimal)];
    console.log(`\nSynthesis of every environment, medians of ${rounds} (ROUNDS); node bench/run.mjs synthesis`);
    console.log(`  ours ${mine.toFixed(2)} s, a precompiled minimal app of three stacks ${floor.toFixed(2)} s`);
    row("synthesis beside the minimal app", mine / floor, 2.5, "x");
    const reporting = [process.execPath, "--require", "./bench/report-memory.cjs", "dist/main.cjs"];
    await timeToEnd(reporting, { ...ours, MEMORY_FILE: memory });
    row("memory of the synthesis at its peak", Number(fs.readFileSync(memory, "utf8")), 250, "MB");
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}
