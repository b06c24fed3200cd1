import { spawn } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";

const root = process.cwd();
const ignored = new Set([
  ".git",
  "docs",
  "test",
  ...fs.readFileSync(".gitignore", "utf8").replaceAll("/", "").split("\n"),
]);

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "terrace-determinism-"));
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

/** A clone of the sources, made at `time`, with files of `mode`. */
function clone(name: string, time: Date, mode: number): string {
  const to = path.join(folder, name);
  fs.mkdirSync(to, { recursive: true });
  for (const entry of fs.readdirSync(root))
    if (!ignored.has(entry)) fs.cpSync(path.join(root, entry), path.join(to, entry), { recursive: true });
  for (const file of filesOf(to)) {
    fs.chmodSync(path.join(to, file), mode);
    fs.utimesSync(path.join(to, file), time, time);
  }
  fs.symlinkSync(path.join(root, "node_modules"), path.join(to, "node_modules"));
  return to;
}

/** Builds and synthesizes as `npx cdktf synth` does, in a time zone and language of the machine. */
function build(cwd: string, variables: Readonly<Record<string, string>>): Promise<void> {
  const { TERRACE_ACCOUNT_ID: _account, TERRACE_IMAGE_DIGEST: _digest, ...inherited } = process.env;
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ["build.mjs", "--synth"], {
      cwd,
      env: { ...inherited, ...variables },
      stdio: ["ignore", "ignore", "pipe"],
    });
    let problems = "";
    child.stderr.on("data", (chunk) => {
      problems += chunk;
    });
    child.on("error", reject);
    child.on("close", (status) => (status === 0 ? resolve() : reject(new Error(problems))));
  });
}

function filesOf(cwd: string): readonly string[] {
  return fs
    .readdirSync(cwd, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(cwd, path.join(entry.parentPath, entry.name)))
    .sort();
}

test("a clone in another folder, at another time, synthesizes the same bytes as this one, zips included", async () => {
  // What was built here before the first test, at this time and in this machine's language.
  const here = root;
  const other = clone("quite/another", new Date("2031-12-31T23:59:59Z"), 0o600);
  await build(other, { TZ: "America/St_Johns", LANG: "tr_TR.UTF-8" });
  for (const output of ["cdktf.out", "dist/functions", "dist/api"]) {
    const files = filesOf(path.join(here, output));
    expect(files.length).toBeGreaterThan(1);
    expect(filesOf(path.join(other, output))).toEqual(files);
    const differing = files.filter(
      (file) => !fs.readFileSync(path.join(here, output, file)).equals(fs.readFileSync(path.join(other, output, file))),
    );
    expect(differing).toEqual([]);
  }
});
