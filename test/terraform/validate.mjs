// npm run validate: what the real Terraform CLI says of every synthesized stack.
//
// With a stand-in for the providers (a folder with `run` and, where it has one, `aws-provider`; TERRAFORM_OFFLINE names
// it) each stack goes through its whole life on a local state: init, validate, plan, apply, an empty second plan,
// destroy. Without it, and where Terraform can download the providers, init and validate. Nothing here talks to AWS.
// What could not be run is reported as "not run", never as passed.
import { spawn, spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
const offline = path.resolve(root, process.env.TERRAFORM_OFFLINE ?? "../shared/terraform-offline");
const hasOffline = fs.existsSync(path.join(offline, "run"));
/** The account the stand-in plays. A fresh clone holds placeholders, which every plan refuses. */
const account = "123456789012";

const wholeLife = [
  "terraform init -input=false",
  "terraform validate",
  "terraform plan -input=false -out=first.tfplan",
  "terraform apply -input=false first.tfplan",
  "terraform plan -input=false -detailed-exitcode",
  "terraform destroy -input=false -auto-approve",
];
const schemaOnly = ["terraform init -input=false -backend=false", "terraform validate"];

/** @param {string} outdir @param {string | undefined} accountId */
function synthesize(outdir, accountId) {
  const environment = { ...process.env, CDKTF_OUTDIR: outdir };
  if (accountId) environment.TERRACE_ACCOUNT_ID = accountId;
  else delete environment.TERRACE_ACCOUNT_ID;
  const { status } = spawnSync("node", ["dist/main.cjs"], { cwd: root, env: environment, stdio: "inherit" });
  if (status !== 0) throw new Error("the synthesis failed: see above");
  return fs.readdirSync(path.join(outdir, "stacks")).map((name) => path.join(outdir, "stacks", name));
}

/** @param {string} stack @param {string[]} steps @returns {Promise<{ status: number | null, output: string }>} */
function terraform(stack, steps) {
  const script = steps.map((step) => `echo '$ ${step}' && ${step} -no-color`).join(" && ");
  const [program, ...args] = hasOffline ? [path.join(offline, "run"), "--", "sh", "-c", script] : ["sh", "-c", script];
  const child = spawn(/** @type {string} */ (program), args, { cwd: stack, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (status) => resolve({ status, output }));
  });
}

/** @param {string} output */
const lastStep = (output) =>
  output
    .match(/^\$ .*$/gm)
    ?.at(-1)
    ?.slice(2) ?? "start";
/** A registry that cannot be reached is no verdict on the stack. @param {string} output */
const noRegistry = (output) => /registry\.terraform\.io|Failed to (query|install) .*provider/is.test(output);

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "terrace-validate-"));
const counts = { passed: 0, failed: 0, "not run": 0 };
/** @param {keyof typeof counts} verdict @param {string} what @param {string} [detail] */
function report(verdict, what, detail = "") {
  counts[verdict]++;
  console.log(`${verdict.padEnd(7)} ${what}${detail && `\n${detail.trim().replace(/^/gm, "        ")}`}`);
}

try {
  if (spawnSync("node", ["build.mjs"], { cwd: root, stdio: "inherit" }).status !== 0) process.exit(1);
  if (spawnSync("terraform", ["version"]).status !== 0) {
    report("not run", "all stacks: there is no terraform on the PATH");
  } else {
    const stacks = synthesize(path.join(folder, "cdktf.out"), account);
    const steps = hasOffline ? wholeLife : schemaOnly;
    const check = async (/** @type {string} */ stack) => {
      const name = path.basename(stack);
      if (hasOffline)
        fs.writeFileSync(path.join(stack, "offline_override.tf.json"), '{"terraform":{"backend":{"local":{}}}}');
      const { status, output } = await terraform(stack, steps);
      if (status === 0) report("passed", `${name}: ${steps.map((step) => step.split(" ")[1]).join(", ")}`);
      else if (!hasOffline && noRegistry(output)) report("not run", `${name}: the provider registry cannot be reached`);
      else report("failed", `${name}: ${lastStep(output)} (exit ${status})`, output);
    };
    const queue = [...stacks];
    const worker = async () => {
      for (let stack = queue.shift(); stack; stack = queue.shift()) await check(stack);
    };
    await Promise.all([worker(), worker()]);

    if (hasOffline) {
      const [placeholder] = synthesize(path.join(folder, "placeholder"), undefined);
      if (placeholder) {
        const source = fs.readFileSync(path.join(placeholder, "cdk.tf.json"), "utf8");
        if (source.includes("000000000000")) {
          fs.writeFileSync(
            path.join(placeholder, "offline_override.tf.json"),
            '{"terraform":{"backend":{"local":{}}}}',
          );
          const { status, output } = await terraform(placeholder, wholeLife.slice(0, 3));
          const refused = status !== 0 && output.includes("placeholder account");
          report(
            refused ? "passed" : "failed",
            "a placeholder account id is refused by every plan",
            refused ? "" : output,
          );
        }
      }
    }
    if (hasOffline && fs.existsSync(path.join(offline, "aws-provider"))) {
      const real = spawnSync(path.join(offline, "aws-provider"), ["--out", path.join(folder, "cdktf.out")], {
        encoding: "utf8",
      });
      const output = `${real.stdout}${real.stderr}`;
      if (output.includes("NOT RUN")) report("not run", "the real AWS provider", output);
      else report(real.status === 0 ? "passed" : "failed", "the real AWS provider", output);
    } else report("not run", "the real AWS provider: no stand-in folder with an aws-provider check");
  }
} finally {
  fs.rmSync(folder, { recursive: true, force: true });
}
console.log(
  `\nTerraform: ${Object.entries(counts)
    .map(([verdict, count]) => `${count} ${verdict}`)
    .join(", ")}`,
);
process.exit(counts.failed > 0 ? 1 : 0);
