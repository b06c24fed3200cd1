// Whole processes: how long one takes, what it costs and how much memory it holds, by the operating system's account.
import { spawn } from "node:child_process";
import fs from "node:fs";
import net from "node:net";

/** @param {number[]} values */
export const median = (values) =>
  /** @type {number} */ (values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]);

/** CPU seconds (user and system, every thread) a process has used. Linux only. @param {number} pid */
export function cpuSeconds(pid) {
  const fields = fs
    .readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /, "")
    .split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** Resident memory of a process in megabytes: now, and at its peak. Linux only. @param {number} pid */
export function memoryMegabytes(pid) {
  const status = fs.readFileSync(`/proc/${pid}/status`, "utf8");
  const read = (/** @type {string} */ name) =>
    Math.round(Number(status.match(new RegExp(`${name}:\\s+(\\d+)`))?.[1]) / 1024);
  return { now: read("VmRSS"), peak: read("VmHWM") };
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

/** A port nobody listens on at this moment. @returns {Promise<number>} */
export function freePort() {
  const server = net.createServer();
  return new Promise((resolve, reject) => {
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = /** @type {net.AddressInfo} */ (server.address());
      server.close(() => resolve(port));
    });
  });
}
