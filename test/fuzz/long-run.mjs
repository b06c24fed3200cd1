// npm run fuzz -- --minutes 10 --seed 7: sends input to every port of the local cloud for that long; see ports.system.test.ts.
import { spawnSync } from "node:child_process";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
const USAGE = "npm run fuzz -- [--minutes <number>] [--seed <whole number>]";
/** Minutes beyond the run itself: the build, the last round and the end. */
const SLACK = 5;

/** Reads the arguments. @throws Error that says what is wrong */
function readArguments() {
  const options = /** @type {const} */ ({
    minutes: { type: "string", default: "10" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
  });
  const { minutes, seed } = parseArgs({ options }).values;
  if (!(Number(minutes) > 0)) throw new Error(`--minutes is "${minutes}": it has to be a number above 0`);
  if (!/^\d{1,9}$/.test(seed)) throw new Error(`--seed is "${seed}": it has to be a whole number from 0 on`);
  return { minutes, seed };
}

try {
  const { minutes, seed } = readArguments();
  console.log(`Fuzzing every port for ${minutes} minutes, with seed ${seed}.`);
  const { status } = spawnSync(
    process.execPath,
    [
      path.join(root, "node_modules/jest/bin/jest.js"),
      ...["--testMatch", "**/fuzz/ports.system.test.ts", "--testPathIgnorePatterns", "/node_modules/"],
      ...["--testTimeout", String((Number(minutes) + SLACK) * 60_000)],
    ],
    { cwd: root, stdio: "inherit", env: { ...process.env, FUZZ_MINUTES: minutes, FUZZ_SEED: seed } },
  );
  process.exitCode = status ?? 1;
} catch (error) {
  console.error(`${error instanceof Error ? error.message.split(". ")[0] : error}. ${USAGE}`);
  process.exitCode = 2;
}
