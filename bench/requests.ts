/** CPU per request and per echo of the local cloud, beside a bare server in the same run: machines differ, ratios less. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import { text } from "node:stream/consumers";
import { projectCopy, startPlatform } from "./platform";
import { cpuMilliseconds, median, treeMegabytes } from "./process.mjs";
import { row } from "./report.mjs";

const rounds = Number(process.env.ROUNDS ?? 5);
const SECONDS = "2";

/** The CPU microseconds that a server uses for each operation of a load. */
async function cpuPerOperation(pid: number, load: string, url: string): Promise<number> {
  const before = cpuMilliseconds(pid);
  const child = spawn(process.execPath, [load, url, SECONDS], { stdio: ["ignore", "pipe", "inherit"] });
  const { done, failed } = JSON.parse(await text(child.stdout));
  if (failed > 0 || done === 0) throw new Error(`${load}: ${done} done, ${failed} failed`);
  return ((cpuMilliseconds(pid) - before) / done) * 1e3;
}

async function main(): Promise<void> {
  const project = projectCopy();
  const bare = spawn(process.execPath, ["bench/bare-server.mjs"], { stdio: ["ignore", "pipe", "inherit"] });
  const [port] = await once(bare.stdout, "data");
  const platform = await startPlatform(project);
  try {
    const bareUrl = `127.0.0.1:${String(port).trim()}`;
    const [http, echo] = ["bench/load-http.mjs", "bench/load-echo.mjs"];
    const measures = {
      health: () => cpuPerOperation(platform.cloud, http, platform.apiUrl),
      bareHealth: () => cpuPerOperation(Number(bare.pid), http, `http://${bareUrl}/health`),
      echo: () => cpuPerOperation(platform.cloud, echo, platform.socketUrl),
      bareEcho: () => cpuPerOperation(Number(bare.pid), echo, `ws://${bareUrl}/`),
    };
    const costs: Record<keyof typeof measures, number[]> = { health: [], bareHealth: [], echo: [], bareEcho: [] };
    // In turn, so that a change of the machine's speed meets all of them; the first round is not counted.
    for (let round = 0; round <= rounds; round++)
      for (const name of Object.keys(measures) as (keyof typeof measures)[]) {
        const cost = await measures[name]();
        if (round > 0) costs[name].push(cost);
      }
    console.log(`\nCPU per operation, 20 connections, medians of ${rounds} (ROUNDS); node bench/run.mjs requests`);
    for (const [what, ours, beside, bound] of [
      ["GET /health", "health", "bareHealth", 16],
      ["WebSocket echo", "echo", "bareEcho", 8],
    ] as const) {
      const [mine, floor] = [median(costs[ours]), median(costs[beside])];
      console.log(`  ${what}: ${mine.toFixed(0)} us, bare server ${floor.toFixed(0)} us`);
      row(`${what} beside the bare server`, mine / floor, bound, "x");
    }
    row("memory of the whole process tree after that load", treeMegabytes(platform.first).pss, 300, "MB");
  } finally {
    await platform.stop();
    bare.kill();
    fs.rmSync(project, { recursive: true, force: true });
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
