// node bench/warm.mjs: what the API adds to a warm request, in one process.
import { fork } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { median } from "./process.mjs";
import { row } from "./report.mjs";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const outfile = path.join(root, "dist/bench/warm.cjs");
await build({
  absWorkingDir: root,
  entryPoints: ["bench/warm.ts"],
  bundle: true,
  packages: "external",
  platform: "node",
  format: "cjs",
  outfile,
});
const child = fork(outfile, { cwd: root, stdio: ["ignore", "ignore", "inherit", "ipc"] });
const [rounds] = await Promise.race([
  once(child, "message"),
  once(child, "exit").then(([status]) => Promise.reject(new Error(`bench/warm.ts ended with ${status}`))),
]);
/** @param {string} name */
const rate = (name) => median(rounds.map((/** @type {Record<string, number>} */ round) => Number(round[name])));
/** @param {string} what @param {string} ours @param {string} beneath @param {number} bound */
function share(what, ours, beneath, bound) {
  console.log(`  ${what}: ${rate(ours).toFixed(0)}/s beside ${rate(beneath).toFixed(0)}/s`);
  // How many times the time of what is beneath: at least 60 % of its throughput is at most 1.67 of its time.
  row(`${what}, time beside what is beneath`, rate(beneath) / rate(ours), bound, "x");
}
console.log("Warm requests, medians of 5 rounds in turn");
share("GET /api/v1/posts (20) and the bare store call", "list", "store", 1 / 0.6);
share("GET /health and the same answer from bare h3", "health", "bare", 1 / 0.8);
