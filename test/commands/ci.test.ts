import { generateKeyPairSync } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { addCiCommands } from "../../commands/ci";
import { EXIT } from "../../commands/errors/exit-codes";
import { addReviewCommand } from "../../commands/review";
import { planJson } from "../review/corpus/corpus";
import { makeClone, type TestClone } from "../support/doubles/clones/clone";
import { type FakeGitHub, startGitHub } from "../support/doubles/github";
import { type FakeAws, startFakeAws } from "../support/doubles/servers/aws";

let aws: FakeAws;
let clone: TestClone;
let github: FakeGitHub;
let env: Record<string, string>;

beforeAll(async () => {
  aws = await startFakeAws("123456789012");
});
afterAll(() => aws.close());
beforeEach(async () => {
  clone = makeClone(aws);
  clone.play({ plan: planJson("table-id"), state: { serial: 1, lineage: "a" } });
  github = await startGitHub();
  const at = (name: string) => path.join(clone.root, name);
  env = {
    GITHUB_REPOSITORY: "o/r",
    GITHUB_TOKEN: "secret",
    GITHUB_API_URL: github.url,
    GITHUB_RUN_NUMBER: "3",
    GITHUB_RUN_ID: "33",
    GITHUB_SHA: "c0ffee",
    GITHUB_EVENT_PATH: at("event.json"),
    GITHUB_STEP_SUMMARY: at("summary.md"),
    GITHUB_OUTPUT: at("output"),
  };
});
afterEach(async () => {
  clone.remove();
  await github.close();
});

const kept = () => path.join(clone.root, "kept");
const review = () =>
  clone.run(
    (program, around) => addReviewCommand(program, around, async () => ({})),
    ["review", "staging", "--keep", kept()],
  );
const ci = (...words: readonly string[]) => clone.run(addCiCommands, ["ci", ...words], env);
/** Runs a step that has to succeed, and returns what it says. */
const said = async (...words: readonly string[]) => {
  const { exitCode, stdout, stderr } = await ci(...words);
  expect([exitCode, stderr.text]).toEqual([EXIT.done, ""]);
  return stdout.text.trim();
};
const event = (fullName: string) =>
  clone.write("event.json", JSON.stringify({ pull_request: { number: 7, head: { repo: { full_name: fullName } } } }));
const summary = () => fs.readFileSync(path.join(clone.root, "summary.md"), "utf8");

describe("a pull request", () => {
  test("gets one comment with the review of both stacks, the same as the summary", async () => {
    event("o/r");
    await review();
    expect(await said("comment", "staging", kept())).toBe("The comment on staging was created.");
    env.GITHUB_RUN_NUMBER = "4";
    expect(await said("comment", "staging", kept())).toBe("The comment on staging was updated.");
    expect(github.repository.comments).toHaveLength(1);
    const body = github.repository.comments[0]?.body ?? "";
    expect(body).toContain("### `staging-ecr`: ");
    expect(body).toContain("### `staging`: 1 stop");
    expect(body).toContain('{ from: "aws_dynamodb_table.posts", to: "aws_dynamodb_table.articles" }');
    expect(summary()).toContain("### `staging`: 1 stop");
  });

  test("of a fork gets its review in the summary, and no call of the API is made", async () => {
    event("mallory/r");
    await review();
    expect(await said("comment", "staging", kept())).toContain("from a fork");
    expect(summary()).toContain("### `staging`: 1 stop");
    expect(github.repository.requests).toEqual([]);
  });
});

describe("the steps of the workflows", () => {
  test("seal a kept plan, so that only the private key opens it", async () => {
    const { publicKey, privateKey } = generateKeyPairSync("rsa", {
      modulusLength: 2048,
      publicKeyEncoding: { type: "spki", format: "pem" },
      privateKeyEncoding: { type: "pkcs8", format: "pem" },
    });
    await review();
    const sealed = path.join(clone.root, "plan.sealed");
    const missing = await ci("seal", kept(), sealed);
    expect([missing.exitCode, missing.stderr.text]).toEqual([
      EXIT.failed,
      expect.stringContaining("PLAN_PUBLIC_KEY is not set"),
    ]);
    env.PLAN_PUBLIC_KEY = publicKey;
    await said("seal", kept(), sealed);
    expect(fs.readFileSync(sealed, "utf8")).not.toContain("lineage");
    env.PLAN_PRIVATE_KEY = privateKey;
    const opened = path.join(clone.root, "opened");
    await said("unseal", sealed, opened);
    for (const file of ["staging/tfplan", "staging/binding.json", "staging/.terraform.lock.hcl", "staging.md"])
      expect(fs.readFileSync(path.join(opened, file))).toEqual(fs.readFileSync(path.join(kept(), file)));
  });

  test("find the reviewed plan and tell the workflow where it is", async () => {
    github.repository.pulls = [
      { number: 7, merged_at: "x", merge_commit_sha: "c0ffee", head: { sha: "head", repo: { full_name: "o/r" } } },
    ];
    github.repository.runs = [{ id: 2, run_number: 2, conclusion: "success" }];
    github.repository.artifacts = [{ name: "plan-staging", expired: false }];
    expect(await said("find-plan", "staging")).toBe("The plan is plan-staging of run 2.");
    expect(fs.readFileSync(path.join(clone.root, "output"), "utf8")).toBe("run-id=2\nartifact=plan-staging\n");
  });

  test("end where somebody refused the deployment", async () => {
    github.repository.approvals = [
      { state: "rejected", environments: [{ name: "production" }], user: { login: "bob" } },
    ];
    const refused = await ci("approved", "production", "--json");
    expect(refused.exitCode).toBe(EXIT.failed);
    expect(JSON.parse(refused.stdout.text).error.message).toBe("bob refused the deployment to production.");
  });
});

describe("drift", () => {
  const outside = {
    format_version: "1.2",
    resource_drift: [
      {
        address: "aws_dynamodb_table.posts",
        type: "aws_dynamodb_table",
        change: {
          actions: ["update"],
          before: { deletion_protection_enabled: true },
          after: { deletion_protection_enabled: false },
        },
      },
    ],
  };

  test("opens an issue that names what was changed, and closes it when it is set back", async () => {
    clone.play({ plan: outside });
    expect(await said("drift", "staging")).toContain("The issue was opened.");
    expect(clone.commands().filter((command) => command.includes("-refresh-only"))).toHaveLength(2);
    expect(github.repository.issues).toHaveLength(1);
    expect(github.repository.issues[0]?.body).toContain("was changed outside Terraform: `deletion_protection_enabled`");
    clone.play({ plan: { format_version: "1.2" } });
    await said("drift", "staging");
    expect(github.repository.issues[0]?.state).toBe("closed");
  });
});
