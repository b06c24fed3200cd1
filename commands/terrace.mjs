#!/usr/bin/env node
// Builds what is out of date and runs the command line, so that `npx terrace` works in a fresh clone.
import { spawnSync } from "node:child_process";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
// The build prints to standard error: standard output is for what a command has to say.
const { status } = spawnSync(process.execPath, ["build.mjs"], { cwd: root, stdio: ["ignore", 2, 2] });
if (status !== 0) process.exit(status ?? 1);
await import(new URL("../dist/commands/terrace.cjs", import.meta.url).href);
