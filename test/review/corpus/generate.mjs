#!/usr/bin/env node
// Makes the corpus: the plans that the real Terraform CLI makes of every edit in edits/.
//
//   npm run corpus            plans every edit anew and writes plans/
//   npm run corpus -- ID…     only these
//
// It needs `terraform` on the PATH and stand-in providers (TERRAFORM_OFFLINE names their folder, as for `npm run
// validate`). Each base stack is applied once, to a local state that exists nowhere else; nothing here talks to AWS.
import { execFileSync, spawnSync } from "node:child_process";
import crypto from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { bases } from "./bases.mjs";
import { compact, compactBase } from "./compact.mjs";
import { edits } from "./edits/index.mjs";

/** @typedef {import("./edit.mjs").Edit} Edit @typedef {import("./edit.mjs").Stack} Stack */

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.resolve(here, "../../..");
const plans = path.join(here, "plans");
const offline = path.resolve(root, process.env.TERRAFORM_OFFLINE ?? "../shared/terraform-offline");
const ATTACHED = "TF_REATTACH_PROVIDERS";

if (!process.env[ATTACHED]) {
  const missing = fs.existsSync(path.join(offline, "run"))
    ? spawnSync("terraform", ["version"]).status !== 0 && "no terraform on the PATH"
    : `no stand-in providers at ${offline}`;
  if (missing) {
    console.log(`not run: ${missing}`);
    process.exit(0);
  }
  const self = [process.execPath, fileURLToPath(import.meta.url), ...process.argv.slice(2)];
  const { status } = spawnSync(path.join(offline, "run"), ["--", ...self], { stdio: "inherit" });
  process.exit(status ?? 1);
}

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "terrace-corpus-"));
const wanted = process.argv.slice(2);
/** @type {string[]} */
const failed = [];
try {
  synthesize();
  fs.mkdirSync(plans, { recursive: true });
  const chosen = edits.filter(({ id }) => wanted.length === 0 || wanted.includes(id));
  for (const [name, base] of Object.entries(bases)) {
    const ofBase = chosen.filter(({ stack = "production" }) => stack === name);
    if (ofBase.length === 0) continue;
    const work = apply(name, base);
    for (const edit of ofBase)
      try {
        planEdit(work, edit);
      } catch (error) {
        failed.push(edit.id);
        console.error(`${edit.id}: ${error instanceof Error ? error.message : error}`);
      }
  }
} finally {
  fs.rmSync(folder, { recursive: true, force: true });
}
if (failed.length > 0) process.exit(1);

function synthesize() {
  const environment = {
    ...process.env,
    CDKTF_OUTDIR: path.join(folder, "out"),
    TERRACE_ACCOUNT_ID: "123456789012",
    TERRACE_IMAGE_DIGEST: "",
  };
  fs.mkdirSync(path.join(folder, "out"));
  execFileSync("node", ["build.mjs"], { cwd: root, stdio: "inherit" });
  execFileSync("node", ["dist/main.cjs"], { cwd: root, env: environment, stdio: "inherit" });
}

/**
 * Applies a base and returns its folder, stack and state.
 * @param {string} name @param {import("./bases.mjs").Base} base
 */
function apply(name, { from, edit, isEmpty }) {
  const cwd = path.join(folder, name);
  fs.cpSync(path.join(folder, "out/stacks", from), cwd, { recursive: true });
  /** @type {Stack} */
  const stack = JSON.parse(fs.readFileSync(path.join(cwd, "cdk.tf.json"), "utf8"));
  edit?.(stack.resource, stack);
  fs.writeFileSync(path.join(cwd, "cdk.tf.json"), JSON.stringify(stack));
  fs.writeFileSync(path.join(cwd, "offline_override.tf.json"), '{"terraform":{"backend":{"local":{}}}}');
  terraform(cwd, ["init", "-input=false"]);
  if (!isEmpty) terraform(cwd, ["apply", "-input=false", "-auto-approve"]);
  const file = path.join(cwd, "terraform.tfstate");
  const state = fs.existsSync(file) ? withStableIds(fs.readFileSync(file, "utf8")) : undefined;
  if (state !== undefined) fs.writeFileSync(file, state);
  const steady = plan(cwd, []);
  const compacted = compactBase(steady);
  write(`base.${name}`, compacted);
  const { resource, provider, output, variable } = stack;
  write(`synth.${name}`, { resource, provider, output, variable });
  return { cwd, stack, state, steady: compacted, name };
}

/**
 * Gives what AWS would name at random a name that is the same every time, so that a corpus made anew differs only where
 * something changed.
 * @param {string} text
 */
function withStableIds(text) {
  /** @type {import("./edit.mjs").State} */
  const state = JSON.parse(text);
  let stable = text;
  for (const { type, name, instances } of state.resources) {
    const attributes = /** @type {Record<string, unknown> | undefined} */ (instances[0]?.attributes);
    const digest = crypto.createHash("sha256").update(`${type}.${name}`).digest("hex");
    const id = String(attributes?.id);
    if (type.startsWith("aws_apigatewayv2_") && !type.endsWith("_stage"))
      stable = stable.replaceAll(id, digest.slice(0, 10));
    if (type === "aws_apigatewayv2_stage")
      stable = stable.replaceAll(String(attributes?.deployment_id), digest.slice(0, 10));
    if (type === "aws_iam_role")
      stable = stable.replaceAll(String(attributes?.unique_id), `AROA${digest.slice(0, 16).toUpperCase()}`);
    if (type === "aws_kms_key") stable = stable.replaceAll(id, digest.slice(0, 36));
    if (type.startsWith("docker_"))
      for (const made of ["id", "image_id", "repo_digest", "sha256_digest"].map((key) => String(attributes?.[key])))
        for (const [hash] of made.matchAll(/sha256:[0-9a-f]{64}/g))
          stable = stable.replaceAll(hash, `sha256:${digest}`);
  }
  return stable.replaceAll(/"(last_modified|create_date)": "[^"]*"/g, '"$1": "2026-11-26T00:00:00Z"');
}

/** @param {ReturnType<typeof apply>} work @param {Edit} edit */
function planEdit({ cwd, stack, state, steady, name }, { id, edit, unguarded, args = [], state: editState }) {
  const edited = structuredClone(stack);
  if (unguarded)
    for (const resource of Object.values(edited.resource).flatMap((named) => Object.values(named)))
      if (resource.lifecycle) delete resource.lifecycle.prevent_destroy;
  edit?.(edited.resource, edited);
  fs.writeFileSync(path.join(cwd, "cdk.tf.json"), JSON.stringify(edited));
  if (state !== undefined) {
    const own = JSON.parse(state);
    editState?.(own);
    fs.writeFileSync(path.join(cwd, "terraform.tfstate"), JSON.stringify(own));
  }
  write(id, { base: name, ...compact(plan(cwd, args), steady) });
  console.log(`planned ${id}`);
}

/** @param {string} cwd @param {string[]} args */
function plan(cwd, args) {
  const options = ["-input=false", "-refresh=false", "-no-color", "-out=tfplan"];
  const { status, stderr } = spawnSync("terraform", ["plan", ...options, ...args], { cwd, encoding: "utf8" });
  const shown = spawnSync("terraform", ["show", "-json", "tfplan"], { cwd, encoding: "utf8", maxBuffer: 1e9 });
  fs.rmSync(path.join(cwd, "tfplan"), { force: true });
  // A plan that fails half-way is written all the same; only one that was never made is an error here.
  if (shown.status !== 0) throw new Error(`terraform plan ended with ${status} and no plan: ${briefly(stderr)}`);
  return JSON.parse(shown.stdout);
}

/** @param {string} cwd @param {string[]} args */
function terraform(cwd, args) {
  const { status, stdout, stderr } = spawnSync("terraform", [...args, "-no-color"], { cwd, encoding: "utf8" });
  if (status !== 0) throw new Error(`terraform ${args[0]} ended with ${status}: ${briefly(`${stdout}${stderr}`)}`);
}

/** Terraform quotes the line that is wrong, and the line is the whole stack. @param {string} output */
function briefly(output) {
  return output
    .split("\n")
    .filter((line) => line.length < 200)
    .join("\n");
}

/** @param {string} name @param {object} json */
function write(name, json) {
  fs.writeFileSync(path.join(plans, `${name}.json`), `${JSON.stringify(json)}\n`);
}
