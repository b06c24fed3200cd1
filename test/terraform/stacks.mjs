// Synthesizes the stacks into a folder of their own and runs the real Terraform on them, with stand-in providers where
// there are some. validate.mjs and upgrade.mjs do their work with this.
import { spawn, spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
export const offline = path.resolve(root, process.env.TERRAFORM_OFFLINE ?? "../shared/terraform-offline");
export const hasOffline = fs.existsSync(path.join(offline, "run"));
/** The account the stand-in plays. A fresh clone holds placeholders, which every plan refuses. */
export const ACCOUNT = "123456789012";

/** Builds the bundles of a checkout. @param {string} [checkout] */
export function build(checkout = root) {
  if (spawnSync("node", ["build.mjs"], { cwd: checkout, stdio: "inherit" }).status !== 0)
    throw new Error("the build failed");
}

/**
 * Synthesizes a checkout that is built.
 * @param {string} outdir @param {string} account @param {string} [checkout] @param {string} [digest] of an image to deploy
 * @returns {string[]} stack folders
 */
export function synthesize(outdir, account, checkout = root, digest = "") {
  const environment = {
    ...process.env,
    CDKTF_OUTDIR: outdir,
    TERRACE_ACCOUNT_ID: account,
    TERRACE_IMAGE_DIGEST: digest,
  };
  const { status } = spawnSync("node", ["dist/main.cjs"], { cwd: checkout, env: environment, stdio: "inherit" });
  if (status !== 0) throw new Error("the synthesis failed: see above");
  return fs.readdirSync(path.join(outdir, "stacks")).map((stack) => path.join(outdir, "stacks", stack));
}

/** Runs commands one after the other until one fails. @param {string} stack @param {string[]} steps @returns {Promise<{ status: number | null, output: string }>} */
export function terraform(stack, steps) {
  const script = steps.map((step) => `echo '$ ${step}' && ${step} -no-color`).join(" && ");
  const [program, ...args] = hasOffline ? [path.join(offline, "run"), "--", "sh", "-c", script] : ["sh", "-c", script];
  // Each provider is downloaded once. Terraform's cache is not safe for two inits at once.
  const plugins = path.join(os.tmpdir(), "terrace-terraform-plugins");
  fs.mkdirSync(plugins, { recursive: true });
  const env = { ...process.env, ...(hasOffline ? {} : { TF_PLUGIN_CACHE_DIR: plugins }) };
  const child = spawn(/** @type {string} */ (program), args, { cwd: stack, env, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk) => {
      output += chunk;
    });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (status) => resolve({ status, output }));
  });
}

/**
 * Plans a stack and returns what the plan does to each resource, such as `aws_dynamodb_table.posts: delete, create`.
 * @param {string} stack @returns {Promise<string[]>}
 */
export async function plannedActions(stack) {
  const { status, output } = await terraform(stack, [
    "terraform init -input=false",
    "terraform plan -input=false -out=tfplan",
    "terraform show -json tfplan > plan.json",
  ]);
  if (status !== 0) throw new Error(output);
  /** @type {{ resource_changes: { address: string, change: { actions: string[] } }[] }} */
  const plan = JSON.parse(fs.readFileSync(path.join(stack, "plan.json"), "utf8").replace(/^\$.*\n/, ""));
  return plan.resource_changes
    .filter(({ change }) => change.actions.join() !== "no-op")
    .map(({ address, change }) => `${address}: ${change.actions.join(", ")}`);
}
