// Runs a benchmark that is written in TypeScript.
import { fork } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");

/**
 * Bundles and runs a program, and returns the message it sent, if any. Throws if it fails.
 * @param {string} entry its path in the project @param {{ quiet?: boolean }} output whether stdout is thrown away
 */
export async function runProgram(entry, { quiet = false } = {}) {
  const outfile = path.join(root, "dist/bench", path.basename(entry).replace(/\.ts$/, ".cjs"));
  await build({
    absWorkingDir: root,
    entryPoints: [entry],
    bundle: true,
    packages: "external",
    platform: "node",
    format: "cjs",
    outfile,
  });
  const child = fork(outfile, { cwd: root, stdio: ["ignore", quiet ? "ignore" : "inherit", "inherit", "ipc"] });
  let message;
  child.on("message", (sent) => {
    message = sent;
  });
  const [status] = await once(child, "exit");
  if (status !== 0) throw new Error(`${entry} ended with ${status}`);
  return message;
}
