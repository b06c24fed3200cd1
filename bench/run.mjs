// npm run bench: the numbers we defend, each beside its bound or a peer measured in the same run.
// Machines differ and are shared: read the ratios and the CPU per operation before the wall-clock figures.
import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import WebSocket from "ws";
import { cpuSeconds, freePort, median, memoryMegabytes, timeToEnd } from "./process.mjs";
import { row } from "./report.mjs";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "terrace-bench-"));
const rounds = Number(process.env.ROUNDS ?? 5);

/** @template T @param {() => Promise<T>} attempt @returns {Promise<T>} the first attempt that works */
async function untilItAnswers(attempt) {
  for (const deadline = Date.now() + 30_000; ; ) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }
}

/** Starts what `npm start` runs, on free ports and an own data folder; says when it first answered and echoed. */
async function startPlatform() {
  const [api, gateway, dynamodb] = await Promise.all([freePort(), freePort(), freePort()]);
  const data = fs.mkdtempSync(path.join(folder, "data-"));
  const started = performance.now();
  const since = () => (performance.now() - started) / 1000;
  const script = JSON.parse(fs.readFileSync(path.join(root, "package.json"), "utf8")).scripts.start;
  const shell = spawn("sh", ["-c", script.replace(/&& (?=node )/, "&& exec ")], {
    cwd: root,
    stdio: ["ignore", "ignore", "inherit"],
    env: {
      ...process.env,
      TERRACE_API_PORT: String(api),
      TERRACE_GATEWAY_PORT: String(gateway),
      TERRACE_DYNAMODB_PORT: String(dynamodb),
      TERRACE_DATA: data,
      // The load goes far beyond what a stage of this environment lets through.
      TERRACE_THROTTLING: "off",
    },
  });
  const apiUrl = `http://127.0.0.1:${api}/health`;
  const socketUrl = `ws://127.0.0.1:${gateway}/development`;
  const answered = untilItAnswers(async () => {
    const response = await fetch(apiUrl);
    if (!response.ok) throw new Error(`${response.status} from ${apiUrl}`);
    return since();
  });
  const echoed = untilItAnswers(async () => {
    const socket = new WebSocket(socketUrl);
    await once(socket, "open");
    socket.send("hello");
    await once(socket, "message");
    const seconds = since();
    socket.close();
    return seconds;
  });
  const times = { answered: await answered, echoed: await echoed };
  const stop = async () => {
    shell.kill("SIGINT");
    await once(shell, "exit");
  };
  return { ...times, pid: /** @type {number} */ (shell.pid), apiUrl, socketUrl, stop };
}

/** @param {number} pid @param {string[]} command @returns {Promise<number>} CPU microseconds per operation */
async function cpuPerOperation(pid, command) {
  const before = cpuSeconds(pid);
  const child = spawn(process.execPath, command, { cwd: root, stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  child.stdout.on("data", (chunk) => {
    output += chunk;
  });
  await once(child, "close");
  const { done, failed } = JSON.parse(output);
  if (failed > 0 || done === 0) throw new Error(`${command[0]}: ${done} done, ${failed} failed`);
  return ((cpuSeconds(pid) - before) / done) * 1e6;
}

async function localCloud() {
  console.log("\nThe local cloud (npm start, already built)");
  const starts = [];
  for (let round = 0; round < rounds; round++) {
    const platform = await startPlatform();
    starts.push(platform);
    await platform.stop();
  }
  row("first API answer after process start (median)", median(starts.map(({ answered }) => answered)), 0.5, "s");
  row("first WebSocket echo after process start (median)", median(starts.map(({ echoed }) => echoed)), 0.6, "s");

  const platform = await startPlatform();
  const http = ["bench/load-http.mjs", platform.apiUrl];
  const echo = ["bench/load-echo.mjs", platform.socketUrl];
  await cpuPerOperation(platform.pid, [...http, "2"]);
  await cpuPerOperation(platform.pid, [...echo, "2"]);
  row("CPU per API request, GET /health, 20 connections", await cpuPerOperation(platform.pid, http), 130, "us");
  row("CPU per WebSocket echo, 20 connections", await cpuPerOperation(platform.pid, echo), 60, "us");
  const memory = memoryMegabytes(platform.pid);
  row("memory of the whole process after that load", memory.now, 250, "MB");
  row("memory of the whole process at its peak", memory.peak, 250, "MB");
  await platform.stop();

  const firsts = [];
  for (let round = 0; round < rounds; round++) {
    fs.rmSync(path.join(root, "dist"), { recursive: true });
    const first = await startPlatform();
    firsts.push(first.answered);
    await first.stop();
  }
  row("first start, bundling and synthesis included (median)", median(firsts), 2, "s");
}

async function synthesis() {
  console.log("\nSynthesis of every environment, beside a precompiled minimal app of three stacks");
  const seconds = { ours: /** @type {number[]} */ ([]), minimal: /** @type {number[]} */ ([]) };
  for (let round = 0; round < rounds; round++) {
    seconds.ours.push(
      await timeToEnd([process.execPath, "dist/main.cjs"], { CDKTF_OUTDIR: path.join(folder, "ours") }),
    );
    const peer = [process.execPath, "bench/minimal-app.cjs"];
    seconds.minimal.push(await timeToEnd(peer, { CDKTF_OUTDIR: path.join(folder, "minimal") }));
  }
  const [ours, minimal] = [median(seconds.ours), median(seconds.minimal)];
  console.log(`  medians: ours ${ours.toFixed(2)} s, minimal ${minimal.toFixed(2)} s`);
  row("ratio of the medians", ours / minimal, 2.5, "x");
  const memory = path.join(folder, "memory");
  await timeToEnd([process.execPath, "--require", "./bench/report-memory.cjs", "dist/main.cjs"], {
    CDKTF_OUTDIR: path.join(folder, "ours"),
    MEMORY_FILE: memory,
  });
  row("memory of the synthesis at its peak", Number(fs.readFileSync(memory, "utf8")), 250, "MB");
}

try {
  await localCloud();
  await synthesis();
} finally {
  fs.rmSync(folder, { recursive: true, force: true });
}
