// Whole processes: how long one takes, what it costs and how much memory it and its children hold, by the operating
// system's account. Linux only.
import { spawn } from "node:child_process";
import fs from "node:fs";

/** @param {number[]} values */
export const median = (values) =>
  /** @type {number} */ (values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]);

/** The CPU milliseconds that all threads of a process have used. @param {number} pid */
export function cpuMilliseconds(pid) {
  const threads = fs.readdirSync(`/proc/${pid}/task`);
  const nanoseconds = threads.map((thread) =>
    Number(fs.readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8").split(" ")[0]),
  );
  return nanoseconds.reduce((sum, used) => sum + used, 0) / 1e6;
}

/** Reads a file about a process; undefined if the process has ended. @param {string} file */
function readIfRunning(file) {
  try {
    return fs.readFileSync(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ESRCH"))
      return undefined;
    throw error;
  }
}

/** Lists a process and all that it started, directly or not. @param {number} pid @returns {number[]} */
export function treeOf(pid) {
  if (!fs.existsSync(`/proc/${pid}/task`)) return [];
  const children = fs.readdirSync(`/proc/${pid}/task`).flatMap((thread) => {
    const list = readIfRunning(`/proc/${pid}/task/${thread}/children`)?.trim() ?? "";
    return list === "" ? [] : list.split(" ").map(Number);
  });
  return [pid, ...children.flatMap(treeOf)];
}

/**
 * The resident memory of a process and all that it started, in megabytes: `rss` counts what processes share in each of
 * them, such as the code of Node.js, and `pss` once.
 * @param {number} pid
 */
export function treeMegabytes(pid) {
  const sizes = treeOf(pid).map((id) => readIfRunning(`/proc/${id}/smaps_rollup`) ?? "");
  const sum = (/** @type {string} */ name) =>
    sizes.reduce((all, text) => all + Number(text.match(new RegExp(`^${name}:\\s+(\\d+)`, "m"))?.[1] ?? 0) / 1024, 0);
  return { rss: sum("Rss"), pss: sum("Pss") };
}

/** Runs a program to its end. @param {string[]} command @param {NodeJS.ProcessEnv} env @returns {Promise<number>} seconds */
export function timeToEnd([program = "", ...args], env) {
  const started = performance.now();
  const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: ["ignore", "ignore", "inherit"] });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (status) =>
      status === 0
        ? resolve((performance.now() - started) / 1000)
        : reject(new Error(`${program} ended with ${status}`)),
    );
  });
}
