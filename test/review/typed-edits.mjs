#!/usr/bin/env node
// npm run validate:review: eleven edits as a developer types them, from the source to the review.
//
// In a copy of this clone, production is applied to a local state; then each edit is typed into the sources, and `npx
// terrace review production` builds, synthesizes, plans with the real Terraform and reviews. It needs `terraform` on
// the PATH and stand-in providers (TERRAFORM_OFFLINE names their folder); without them it says "not run".
import { execFileSync, spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
const offline = path.resolve(root, process.env.TERRAFORM_OFFLINE ?? "../shared/terraform-offline");

/**
 * What is typed where, and what has to be said: the exit code, and the beginning of a line of the review.
 * @type {{ title: string, file: string, from: string | RegExp, to: string, code: number, says?: string }[]}
 */
const edits = [
  { title: "nothing", file: "README.md", from: /$/, to: "", code: 0 },
  {
    title: "a renamed table",
    file: "domain/comments/comments.table.ts",
    from: 'name: "comments"',
    to: 'name: "remarks"',
    code: 3,
    says: "STOPS  aws_dynamodb_table.comments is deleted and made anew, because `name` changes",
  },
  {
    title: "a new key",
    file: "domain/posts/posts.table.ts",
    from: 'hashKey: "id"',
    to: 'hashKey: "slug"',
    code: 3,
    says: "STOPS  aws_dynamodb_table.posts is deleted and made anew, because `hash_key` changes",
  },
  {
    title: "a changed stage name",
    file: "stacks/constructs/websocket-stage.ts",
    from: "name: environment.name,",
    to: 'name: "live",',
    code: 3,
    says: "STOPS  aws_apigatewayv2_stage.websocket_stage is deleted and made anew, because `name` changes",
  },
  {
    title: "a wildcard origin",
    file: "stacks/constructs/http-api.ts",
    from: "allowOrigins: [...environment.cors.allowedOrigins]",
    to: 'allowOrigins: ["*"]',
    code: 2,
    says: "ASKS   aws_apigatewayv2_api.http lets in the origin `*`",
  },
  {
    title: "a shorter retention",
    file: "environments/production.ts",
    from: /logRetentionDays: \d+/,
    to: "logRetentionDays: 7",
    code: 2,
    says: "ASKS   aws_cloudwatch_log_group.announce_logs changes `retention_in_days` from `30` to `7`",
  },
  {
    title: "protection off",
    file: "environments/production.ts",
    from: "deletionProtection: true",
    to: "deletionProtection: false",
    code: 2,
    says: "ASKS   aws_dynamodb_table.comments changes `deletion_protection_enabled` from `true` to `false`",
  },
  {
    title: "a moved construct",
    file: "stacks/tables.ts",
    from: 'new Table(scope, "users"',
    to: 'new Table(scope, "members"',
    code: 2,
    says: "ASKS   aws_dynamodb_table.users only gets the new address `aws_dynamodb_table.members`",
  },
  {
    title: "a moved construct that is protected",
    file: "stacks/tables.ts",
    from: 'new Table(scope, "posts"',
    to: 'new Table(scope, "articles"',
    code: 1,
    says: "[production] aws_dynamodb_table.posts is protected in production and not defined any more",
  },
  {
    title: "a new function",
    file: "stacks/application-stack.ts",
    from: "    const api = new Lambda(",
    to: `    new Lambda(this, "digest", {
      ...bundled,
      entry: "websocket-default",
      uses: [common],
    });
    const api = new Lambda(`,
    code: 0,
    says: "NOTES  aws_lambda_function.digest creates",
  },
  {
    title: "only code",
    file: "functions/websocket-connect.ts",
    from: /$/,
    to: "\nexport const edited = true;\n",
    code: 0,
  },
];

const missing = fs.existsSync(path.join(offline, "run"))
  ? spawnSync("terraform", ["version"]).status !== 0 && "there is no terraform on the PATH"
  : `there are no stand-in providers at ${offline}`;
if (missing) {
  console.log(`not run  eleven typed edits: ${missing}`);
  process.exit(0);
}

const copy = fs.mkdtempSync(path.join(os.tmpdir(), "terrace-typed-"));
const environment = {
  ...process.env,
  TERRACE_ACCOUNT_ID: "123456789012",
  TERRACE_IMAGE_DIGEST: "",
  TERRAFORM_BINARY_NAME: path.join(copy, "test/terraform/offline.mjs"),
};
let failed = 0;
try {
  const files = execFileSync("git", ["ls-files", "-z"], { cwd: root, encoding: "utf8" }).split("\0").filter(Boolean);
  for (const file of files.filter((name) => !name.startsWith("test/review/corpus/plans/")))
    fs.cpSync(path.join(root, file), path.join(copy, file));
  fs.symlinkSync(path.join(root, "node_modules"), path.join(copy, "node_modules"));
  shell(
    "git init -q && git add -A && git -c user.name=t -c user.email=t@example.com commit -qm base && " +
      "node build.mjs && mkdir -p cdktf.out && node dist/main.cjs && for stack in production-ecr production; do " +
      "(cd cdktf.out/stacks/$stack && $TERRAFORM_BINARY_NAME init -input=false && " +
      "$TERRAFORM_BINARY_NAME apply -input=false -auto-approve) > apply.txt 2>&1 || exit 1; done",
  );
  for (const edit of edits) check(edit);
} finally {
  fs.rmSync(copy, { recursive: true, force: true });
}
process.exit(failed > 0 ? 1 : 0);

/** @param {typeof edits[number]} edit */
function check({ title, file, from, to, code, says }) {
  const source = fs.readFileSync(path.join(copy, file), "utf8");
  const edited = source.replace(from, to);
  if (edited === source && to !== "") throw new Error(`"${title}" no longer applies to ${file}: type it anew.`);
  fs.writeFileSync(path.join(copy, file), edited);
  const { status, output } = run("node commands/terrace.mjs review production");
  fs.writeFileSync(path.join(copy, file), source);
  const passed = status === code && (says === undefined || output.includes(says));
  if (!passed) failed++;
  console.log(`${passed ? "passed " : "failed "} ${title}: exit code ${status}${says ? `, ${says}` : ""}`);
  if (!passed) console.log(output.replace(/^/gm, "        "));
}

/** @param {string} script */
function shell(script) {
  const { status, output } = run(script);
  if (status !== 0) throw new Error(`${script}\n${output}`);
}

/** @param {string} script @returns {{ status: number | null, output: string }} */
function run(script) {
  const options = { cwd: copy, env: environment, encoding: /** @type {const} */ ("utf8"), maxBuffer: 1e8 };
  const { status, stdout, stderr } = spawnSync(path.join(offline, "run"), ["--", "sh", "-c", script], options);
  return { status, output: `${stdout}${stderr}` };
}
