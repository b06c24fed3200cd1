// Jest's global setup: before the first test, dist/ and cdktf.out/ are what the sources say. Takes a moment when they
// are already.
import { spawnSync } from "node:child_process";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { makeTemporaryFolder } from "./temporary-files.mjs";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../../..");

export default function buildOnce() {
  makeTemporaryFolder();
  // The tests are about the definition as it is written, not about the account of whoever runs them.
  const { TERRACE_ACCOUNT_ID: _account, TERRACE_IMAGE_DIGEST: _digest, ...environment } = process.env;
  const { status, stderr } = spawnSync(process.execPath, ["build.mjs", "--synth"], {
    cwd: root,
    env: environment,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`node build.mjs --synth failed:\n${stderr}`);
}
