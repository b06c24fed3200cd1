// npm run validate: what the real Terraform CLI says of every synthesized stack.
//
// With stand-in providers (a folder with `run` and, where it has one, `aws-provider`; TERRAFORM_OFFLINE names it) each
// stack goes through its whole life on a local state: init, validate, plan, apply, an empty second plan, destroy.
// Without them, and where Terraform can download the providers, init and validate. Nothing here talks to AWS. What could
// not be run is reported as "not run", never as passed; with TERRACE_TERRAFORM_REQUIRED=1, as in CI, a stack that
// Terraform did not look at is a failure.
import { spawn, spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { takeOffline } from "./offline.mjs";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
const offline = path.resolve(root, process.env.TERRAFORM_OFFLINE ?? "../shared/terraform-offline");
const hasOffline = fs.existsSync(path.join(offline, "run"));
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "terrace-validate-"));
/** Each provider is downloaded once. Terraform's cache is not safe for two inits at once. */
const plugins = path.join(folder, "plugins");
/** The account the stand-in plays. A fresh clone holds placeholders, which every plan refuses. */
const ACCOUNT = "123456789012";

const PLAN = ["terraform init -input=false", "terraform validate", "terraform plan -input=false -out=tfplan"];
const LIFE = [...PLAN, "terraform apply -input=false tfplan", "terraform plan -input=false -detailed-exitcode"];
const DESTROY = ["terraform destroy -input=false -auto-approve"];
const SCHEMA = ["terraform init -input=false -backend=false", "terraform validate"];

/** Synthesizes into a folder of its own. @param {string} name @param {string} account @returns {string[]} stack folders */
function synthesize(name, account) {
  const outdir = path.join(folder, name);
  const environment = { ...process.env, CDKTF_OUTDIR: outdir, TERRACE_ACCOUNT_ID: account, TERRACE_IMAGE_DIGEST: "" };
  const { status } = spawnSync("node", ["dist/main.cjs"], { cwd: root, env: environment, stdio: "inherit" });
  if (status !== 0) throw new Error("the synthesis failed: see above");
  return fs.readdirSync(path.join(outdir, "stacks")).map((stack) => path.join(outdir, "stacks", stack));
}

/** @param {string} stack @param {string[]} steps @returns {Promise<{ status: number | null, output: string }>} */
function terraform(stack, steps) {
  const script = steps.map((step) => `echo '$ ${step}' && ${step} -no-color`).join(" && ");
  const [program, ...args] = hasOffline ? [path.join(offline, "run"), "--", "sh", "-c", script] : ["sh", "-c", script];
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

const counts = { passed: 0, failed: 0, "not run": 0 };
/** @param {keyof typeof counts} verdict @param {string} what @param {string} [detail] */
function report(verdict, what, detail = "") {
  counts[verdict]++;
  console.log(`${verdict.padEnd(7)} ${what}${detail && `\n${detail.trim().replace(/^/gm, "        ")}`}`);
}

/** A stack that Terraform did not look at. @param {string} what */
const notRun = (what) => report(process.env.TERRACE_TERRAFORM_REQUIRED === "1" ? "failed" : "not run", what);

/** @param {string} what @param {boolean} passed @param {string} output */
const verdict = (what, passed, output) => report(passed ? "passed" : "failed", what, passed ? "" : output);

/** @param {string} stack */
async function wholeLife(stack) {
  const name = path.basename(stack);
  takeOffline(stack);
  const life = await terraform(stack, LIFE);
  verdict(`${name}: init, validate, plan, apply, an empty second plan`, life.status === 0, life.output);
  if (life.status !== 0) return;
  const { status, output } = await terraform(stack, DESTROY);
  if (fs.readFileSync(path.join(stack, "cdk.tf.json"), "utf8").includes('"prevent_destroy": true'))
    verdict(`${name}: destroy is refused`, status !== 0 && output.includes("Instance cannot be destroyed"), output);
  else verdict(`${name}: destroy`, status === 0, output);
}

/** @param {string} stack */
async function schemaOnly(stack) {
  const { status, output } = await terraform(stack, SCHEMA);
  const name = path.basename(stack);
  // A registry that cannot be reached is no verdict on the stack.
  if (status !== 0 && /registry\.terraform\.io|Failed to (query|install) .*provider/is.test(output))
    notRun(`${name}: the provider registry cannot be reached`);
  else verdict(`${name}: init, validate`, status === 0, output);
}

async function placeholderIsRefused() {
  const [stack] = synthesize("placeholder", "");
  const hasPlaceholder = stack && fs.readFileSync(path.join(stack, "cdk.tf.json"), "utf8").includes("000000000000");
  if (!hasPlaceholder) return report("not run", "a placeholder account id is refused: no environment has one any more");
  takeOffline(stack);
  const { status, output } = await terraform(stack, PLAN);
  verdict("a placeholder account id is refused", status !== 0 && output.includes("placeholder account id"), output);
}

function realProvider() {
  if (!fs.existsSync(path.join(offline, "aws-provider")))
    return report("not run", "the real AWS provider: there is no aws-provider check");
  synthesize("real", ACCOUNT);
  const { status, stdout, stderr } = spawnSync(
    path.join(offline, "aws-provider"),
    ["--out", path.join(folder, "real")],
    { encoding: "utf8" },
  );
  if (`${stdout}${stderr}`.includes("NOT RUN")) report("not run", "the real AWS provider", `${stdout}${stderr}`);
  else verdict("the real AWS provider validates and plans every stack", status === 0, `${stdout}${stderr}`);
}

try {
  if (spawnSync("node", ["build.mjs"], { cwd: root, stdio: "inherit" }).status !== 0)
    throw new Error("the build failed");
  if (spawnSync("terraform", ["version"]).status !== 0) notRun("every stack: no terraform on the PATH");
  else {
    const queue = synthesize("stacks", ACCOUNT);
    const worker = async () => {
      for (let stack = queue.shift(); stack; stack = queue.shift())
        await (hasOffline ? wholeLife(stack) : schemaOnly(stack));
    };
    fs.mkdirSync(plugins);
    await Promise.all(hasOffline ? [worker(), worker()] : [worker()]);
    if (hasOffline) await placeholderIsRefused();
    realProvider();
  }
} finally {
  fs.rmSync(folder, { recursive: true, force: true });
}
const summary = Object.entries(counts).map(([name, count]) => `${count} ${name}`);
console.log(`\nTerraform: ${summary.join(", ")}`);
process.exit(counts.failed > 0 ? 1 : 0);
