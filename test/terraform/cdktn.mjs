// npm run compare:cdktn: the same synthesis under CDKTF and under its maintained fork, CDK Terrain (cdktn), which takes
// CDKTF's place by an npm alias. Fails if anything but the core's own version differs. docs/decisions/cdktf.md says what
// moving takes. It installs packages into a folder of its own; where npm cannot be reached it says "not run", and with
// TERRACE_TERRAFORM_REQUIRED=1, as in CI, fails.
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { isDeepStrictEqual } from "node:util";
import { ACCOUNT, build, root, synthesize } from "./stacks.mjs";

/** The whole move: these lines of package.json. The bindings ask for cdktf, and cdktn for a constructs below 10.8. */
const MOVE = { cdktf: "npm:cdktn@0.24.0", constructs: "10.7.2" };
const BINDINGS = ["@cdktf/provider-aws", "@cdktf/provider-docker"];

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "terrace-cdktn-"));
try {
  build();
  const moved = path.join(folder, "moved");
  if (install(moved)) {
    const [before, after] = [path.join(folder, "cdktf.out"), path.join(folder, "cdktn.out")];
    synthesize(before, ACCOUNT);
    synthesize(after, ACCOUNT, moved);
    const differences = compare(before, after);
    for (const difference of differences) console.log(difference);
    console.log(
      `${differences.length === 0 ? "passed " : "failed "} ${filesOf(before).length} files are the same under ${MOVE.cdktf}, but for its version`,
    );
    if (differences.length > 0) process.exitCode = 1;
  } else {
    console.log("not run the comparison with cdktn: npm could not install it");
    if (process.env.TERRACE_TERRAFORM_REQUIRED === "1") process.exitCode = 1;
  }
} finally {
  fs.rmSync(folder, { recursive: true, force: true });
}

/** Puts the built program into a folder whose packages are ours after the move. @param {string} to */
function install(to) {
  const project = JSON.parse(fs.readFileSync(path.join(root, "package.json"), "utf8"));
  /** @type {Record<string, string>} */
  const versions = { ...project.devDependencies, ...project.dependencies };
  // The program takes its packages from node_modules, and needs no others.
  const program = fs.readFileSync(path.join(root, "dist/main.cjs"), "utf8");
  const needed = Object.entries(versions).filter(([name]) => new RegExp(`require\\("${name}["/]`).test(program));
  const overrides = Object.fromEntries(BINDINGS.map((binding) => [binding, { cdktf: "$cdktf" }]));
  fs.mkdirSync(to);
  const manifest = { private: true, dependencies: { ...Object.fromEntries(needed), ...MOVE }, overrides };
  fs.writeFileSync(path.join(to, "package.json"), JSON.stringify(manifest, null, 2));
  for (const entry of ["dist", "cdktf.json", "image", "stacks"])
    fs.cpSync(path.join(root, entry), path.join(to, entry), { recursive: true, preserveTimestamps: true });
  const { status, stderr } = spawnSync(
    "npm",
    ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error"],
    { cwd: to, encoding: "utf8" },
  );
  if (status !== 0) console.error(stderr);
  return status === 0;
}

/** Returns what differs between two syntheses, a line each. @param {string} one @param {string} other */
function compare(one, other) {
  const [left, right] = [filesOf(one), filesOf(other)];
  const alone = [
    ...left.filter((file) => !right.includes(file)).map((file) => `${file} is written by cdktf only`),
    ...right.filter((file) => !left.includes(file)).map((file) => `${file} is written by cdktn only`),
  ];
  const different = left
    .filter((file) => right.includes(file) && !isSame(path.join(one, file), path.join(other, file)))
    .map((file) => `${file} differs`);
  return [...alone, ...different];
}

/** @param {string} folder @returns {string[]} */
function filesOf(folder) {
  return fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .sort();
}

/** @param {string} one @param {string} other */
function isSame(one, other) {
  const [left, right] = [fs.readFileSync(one), fs.readFileSync(other)];
  if (left.equals(right)) return true;
  return one.endsWith(".json") && isDeepStrictEqual(withoutVersion(left), withoutVersion(right));
}

/** Reads a file without the version that the core writes into it. @param {Buffer} file */
function withoutVersion(file) {
  return JSON.parse(file.toString("utf8"), (key, value) =>
    key === "version" && value === coreVersion(value) ? "" : value,
  );
}

/** Returns a version if it is a core's own, and not that of a provider. @param {unknown} value */
function coreVersion(value) {
  return value === "0.21.0" || value === "0.24.0" ? value : undefined;
}
