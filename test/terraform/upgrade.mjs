// npm run upgrade -- <commit>: what deploying this checkout does to environments that were deployed from a commit.
//
// Applies the stacks of the commit with stand-in providers on a local state, plans the stacks of this checkout on that
// state, and lists every change. Fails if anything is replaced or destroyed, except the container image, which is made
// again whenever its content changes, and the lifecycle policy of images, which is nothing but a rule and is replaced
// whenever that changes. Nothing here talks to AWS.
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { takeOffline } from "./offline.mjs";
import { ACCOUNT, build, hasOffline, plannedActions, root, synthesize, terraform } from "./stacks.mjs";

const [commit] = process.argv.slice(2);
if (commit === undefined) throw new Error("Name the commit that is deployed: npm run upgrade -- <commit>");
if (!hasOffline) throw new Error("There are no stand-in providers: TERRAFORM_OFFLINE names their folder.");

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "terrace-upgrade-"));
try {
  const checkout = path.join(folder, "checkout");
  fs.mkdirSync(checkout);
  execFileSync("tar", ["-x", "-C", checkout], {
    input: execFileSync("git", ["archive", commit], { cwd: root, maxBuffer: 1024 ** 3 }),
  });
  fs.symlinkSync(path.join(root, "node_modules"), path.join(checkout, "node_modules"));
  build(checkout);
  build();
  const deployed = synthesize(path.join(folder, "deployed"), ACCOUNT, checkout);
  synthesize(path.join(folder, "next"), ACCOUNT);
  for (const stack of deployed) {
    takeOffline(stack);
    const { status, output } = await terraform(stack, [
      "terraform init -input=false",
      "terraform apply -input=false -auto-approve",
    ]);
    if (status !== 0) throw new Error(output);
    const next = path.join(folder, "next/stacks", path.basename(stack));
    takeOffline(next);
    nameStreams(next);
    fs.copyFileSync(path.join(stack, "terraform.tfstate"), path.join(next, "terraform.tfstate"));
    const actions = await plannedActions(next);
    const losses = actions.filter(
      (action) => /: .*delete/.test(action) && !/^(docker_|aws_ecr_lifecycle_policy\.)/.test(action),
    );
    console.log(`${path.basename(stack)}: ${actions.length} changes, ${losses.length} of them lose something`);
    for (const action of actions) console.log(`  ${action}`);
    if (losses.length > 0) process.exitCode = 1;
  }
} finally {
  fs.rmSync(folder, { recursive: true, force: true });
}

/**
 * Writes ARNs in the place of references to tables' streams. Of a table that gets its stream with this plan the stand-in
 * says that the ARN stays what it was, nothing, where AWS's provider says that it will be known.
 * @param {string} stack
 */
function nameStreams(stack) {
  const file = path.join(stack, "cdk.tf.json");
  const text = fs.readFileSync(file, "utf8");
  const arn = `arn:aws:dynamodb:eu-west-1:${ACCOUNT}:table/$1/stream/2026-01-01T00:00:00.000`;
  fs.writeFileSync(file, text.replaceAll(/\$\{aws_dynamodb_table\.([\w-]+)\.stream_arn\}/g, arn));
}
