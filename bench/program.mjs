// Runs a benchmark that is written in TypeScript.
import { fork } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");

/** Bundles and runs a program. Throws if it fails. @param {string} entry its path in the project */
export async function runProgram(entry) {
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
  const [status] = await once(fork(outfile, { cwd: root }), "exit");
  if (status !== 0) throw new Error(`${entry} ended with ${status}`);
}
