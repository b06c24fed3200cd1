// npm run validate: what the real Terraform CLI says of every synthesized stack.
//
// With stand-in providers (a folder with `run` and, where it has one, `aws-provider`; TERRAFORM_OFFLINE names it) each
// stack goes through its whole life on a local state: init, validate, plan, apply, an empty second plan, destroy.
// Without them, and where Terraform can download the providers, init and validate. Nothing here talks to AWS. What could
// not be run is reported as "not run", never as passed; with TERRACE_TERRAFORM_REQUIRED=1, as in CI, a stack that
// Terraform did not look at is a failure.
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { takeOffline } from "./offline.mjs";
import { ACCOUNT, build, hasOffline, offline, plannedActions, root, synthesize, terraform } from "./stacks.mjs";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "terrace-validate-"));

const PLAN = ["terraform init -input=false", "terraform validate", "terraform plan -input=false -out=tfplan"];
const EMPTY = "terraform plan -input=false -detailed-exitcode";
const LIFE = [...PLAN, "terraform apply -input=false tfplan", EMPTY];
const DESTROY = ["terraform destroy -input=false -auto-approve"];
const SCHEMA = ["terraform init -input=false -backend=false", "terraform validate"];

const counts = { passed: 0, failed: 0, "not run": 0 };
/** @param {keyof typeof counts} verdict @param {string} what @param {string} [detail] */
function report(verdict, what, detail = "") {
  counts[verdict]++;
  console.log(`${verdict.padEnd(7)} ${what}${detail && `\n${detail.trim().replace(/^/gm, "        ")}`}`);
}

/** Reports a stack that Terraform did not look at. @param {string} what */
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
  await changes(stack);
  const { status, output } = await terraform(stack, DESTROY);
  if (fs.readFileSync(path.join(stack, "cdk.tf.json"), "utf8").includes('"prevent_destroy": true'))
    verdict(`${name}: destroy is refused`, status !== 0 && output.includes("Instance cannot be destroyed"), output);
  else verdict(`${name}: destroy`, status === 0, output);
}

/**
 * Plans changes of a stack that is applied, each on the definition as it was.
 * @param {string} stack
 */
async function changes(stack) {
  const file = path.join(stack, "cdk.tf.json");
  const applied = fs.readFileSync(file, "utf8");
  if (!applied.includes('"aws_dynamodb_table"')) return;
  const unprotected = applied.replaceAll('"prevent_destroy": true', '"prevent_destroy": false');
  /**
   * Plans with other values at paths below `resource`; undefined removes what is there.
   * @param {string} what @param {[path: string, value?: unknown][]} edits @param {string[]} expected
   */
  const planned = async (what, edits, expected) => {
    const definition = JSON.parse(unprotected);
    for (const [where, value] of edits) {
      const steps = where.split("/");
      const last = steps.pop() ?? "";
      const parent = steps.reduce((node, step) => node[step], definition.resource);
      // Without a value, JSON leaves the key out.
      parent[last] = value;
    }
    fs.writeFileSync(file, JSON.stringify(definition));
    const actions = await plannedActions(stack);
    const missing = expected.filter((action) => !actions.includes(action));
    verdict(`${path.basename(stack)}: ${what}`, missing.length === 0, actions.join("\n"));
  };
  // AWS refuses a second table of the same name, so the old one has to go first.
  await planned(
    "another key of a table is a deletion, then a creation",
    [
      ["aws_dynamodb_table/connections/hash_key", "id"],
      ["aws_dynamodb_table/connections/attribute", [{ name: "id", type: "S" }]],
    ],
    ["aws_dynamodb_table.connections: delete, create"],
  );
  // The stage serves both at once, because it deploys itself.
  await planned(
    "a WebSocket route changes its function in place, and another goes",
    [
      [
        "aws_apigatewayv2_integration/websocket_connect_integration/integration_uri",
        `\${aws_lambda_function.default.invoke_arn}`,
      ],
      ["aws_apigatewayv2_route/websocket_disconnect"],
      ["aws_apigatewayv2_integration/websocket_disconnect_integration"],
      ["aws_lambda_permission/websocket_disconnect_permission"],
      ["aws_apigatewayv2_stage/websocket_stage/depends_on", ["aws_apigatewayv2_route.websocket_connect"]],
    ],
    [
      "aws_apigatewayv2_integration.websocket_connect_integration: update",
      "aws_apigatewayv2_route.websocket_disconnect: delete",
    ],
  );
  fs.writeFileSync(file, applied);
  await imageByDigest(stack, file);
}

/**
 * Goes from the image that Docker built to the same and to another one that are given by digest, and back.
 * @param {string} stack @param {string} file its definition
 */
async function imageByDigest(stack, file) {
  const name = path.basename(stack);
  const stateFile = path.join(stack, "terraform.tfstate");
  const built = fs.readFileSync(file, "utf8");
  const state = fs.readFileSync(stateFile, "utf8");
  /** @param {string} digest */
  const define = (digest) => {
    const given = synthesize(path.join(folder, `digest-${name}`), ACCOUNT, root, digest);
    const definition = given.find((other) => path.basename(other) === name) ?? "";
    takeOffline(definition);
    fs.copyFileSync(path.join(definition, "cdk.tf.json"), file);
  };
  /** @type {{ resources: { type: string, instances: { attributes: { sha256_digest: string } }[] }[] }} */
  const { resources } = JSON.parse(state);
  define(resources.find(({ type }) => type === "docker_registry_image")?.instances[0]?.attributes.sha256_digest ?? "");
  const settled = await terraform(stack, [
    "terraform state rm docker_image.api_image docker_registry_image.api_image_push",
    EMPTY,
  ]);
  verdict(
    `${name}: what Docker built is by its digest no change, and needs no Docker`,
    settled.status === 0,
    settled.output,
  );
  fs.writeFileSync(stateFile, state);

  define(`sha256:${"a".repeat(64)}`);
  const there = await plannedActions(stack);
  verdict(
    `${name}: an image by digest takes the place of Docker's, and only the function changes`,
    there.join() ===
      "aws_lambda_function.api: update,docker_image.api_image: forget,docker_registry_image.api_image_push: forget",
    there.join("\n"),
  );
  const applied = await terraform(stack, ["terraform apply -input=false tfplan", EMPTY]);
  verdict(`${name}: then a plan is empty`, applied.status === 0, applied.output);
  fs.writeFileSync(file, built);
  const back = await plannedActions(stack);
  verdict(
    `${name}: Docker's image takes the place of one by digest, and only the function changes`,
    back.join() ===
      "aws_lambda_function.api: update,docker_image.api_image: create,docker_registry_image.api_image_push: create",
    back.join("\n"),
  );
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
  const [stack] = synthesize(path.join(folder, "placeholder"), "");
  const hasPlaceholder = stack && fs.readFileSync(path.join(stack, "cdk.tf.json"), "utf8").includes("000000000000");
  if (!hasPlaceholder) return report("not run", "a placeholder account id is refused: no environment has one any more");
  takeOffline(stack);
  const { status, output } = await terraform(stack, PLAN);
  verdict("a placeholder account id is refused", status !== 0 && output.includes("placeholder account id"), output);
}

function realProvider() {
  if (!fs.existsSync(path.join(offline, "aws-provider")))
    return report("not run", "the real AWS provider: there is no aws-provider check");
  synthesize(path.join(folder, "real"), ACCOUNT);
  const { status, stdout, stderr } = spawnSync(
    path.join(offline, "aws-provider"),
    ["--out", path.join(folder, "real")],
    { encoding: "utf8" },
  );
  if (`${stdout}${stderr}`.includes("NOT RUN")) report("not run", "the real AWS provider", `${stdout}${stderr}`);
  else verdict("the real AWS provider validates and plans every stack", status === 0, `${stdout}${stderr}`);
}

try {
  build();
  if (spawnSync("terraform", ["version"]).status !== 0) notRun("every stack: no terraform on the PATH");
  else {
    const queue = synthesize(path.join(folder, "stacks"), ACCOUNT);
    const worker = async () => {
      for (let stack = queue.shift(); stack; stack = queue.shift())
        await (hasOffline ? wholeLife(stack) : schemaOnly(stack));
    };
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
