import { generateKeyPairSync } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { Command } from "commander";
import { addCiCommands, comment, drift } from "../../commands/ci";
import { reviewTargets } from "../../commands/review";
import { planJson } from "../review/corpus/corpus";
import { makeClone, type TestClone } from "../support/doubles/clones/clone";
import { type FakeGitHub, startGitHub } from "../support/doubles/github";

let clone: TestClone;
let github: FakeGitHub;
let env: Record<string, string>;

beforeEach(async () => {
  jest.spyOn(console, "log").mockImplementation(() => undefined);
  clone = makeClone();
  clone.terraform({ plan: planJson("table-id"), state: { serial: 1, lineage: "a" } });
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
  jest.restoreAllMocks();
  clone.remove();
  await github.close();
});

const kept = () => path.join(clone.root, "kept");
const review = () => reviewTargets(["staging"], { plan: true, keep: kept() }, async () => undefined, clone);
const ci = (...args: readonly string[]) => {
  const program = new Command().exitOverride();
  addCiCommands(program, env);
  return program.parseAsync(["ci", ...args], { from: "user" });
};
const event = (fullName: string) =>
  clone.write("event.json", JSON.stringify({ pull_request: { number: 7, head: { repo: { full_name: fullName } } } }));
const summary = () => fs.readFileSync(path.join(clone.root, "summary.md"), "utf8");

describe("a pull request", () => {
  test("gets one comment with the review of both stacks, the same as the summary", async () => {
    event("o/r");
    await review();
    await comment("staging", kept(), env);
    await comment("staging", kept(), { ...env, GITHUB_RUN_NUMBER: "4" });
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
    await comment("staging", kept(), env);
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
    await expect(ci("seal", kept(), sealed)).rejects.toThrow(/PLAN_PUBLIC_KEY is not set/);
    env.PLAN_PUBLIC_KEY = publicKey;
    await ci("seal", kept(), sealed);
    expect(fs.readFileSync(sealed, "utf8")).not.toContain("lineage");
    env.PLAN_PRIVATE_KEY = privateKey;
    const opened = path.join(clone.root, "opened");
    await ci("unseal", sealed, opened);
    for (const file of ["staging/tfplan", "staging/binding.json", "staging/.terraform.lock.hcl", "staging.md"])
      expect(fs.readFileSync(path.join(opened, file))).toEqual(fs.readFileSync(path.join(kept(), file)));
  });

  test("find the reviewed plan and tell the workflow where it is", async () => {
    github.repository.pulls = [
      { number: 7, merged_at: "x", merge_commit_sha: "c0ffee", head: { sha: "head", repo: { full_name: "o/r" } } },
    ];
    github.repository.runs = [{ id: 2, run_number: 2, conclusion: "success" }];
    github.repository.artifacts = [{ name: "plan-staging", expired: false }];
    await ci("find-plan", "staging");
    expect(fs.readFileSync(path.join(clone.root, "output"), "utf8")).toBe("run-id=2\nartifact=plan-staging\n");
  });

  test("end where somebody refused the deployment", async () => {
    github.repository.approvals = [
      { state: "rejected", environments: [{ name: "production" }], user: { login: "bob" } },
    ];
    await expect(ci("approved", "production")).rejects.toThrow("bob refused the deployment to production.");
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
    clone.terraform({ plan: outside });
    await drift("staging", env, clone);
    expect(clone.commands().filter((command) => command.includes("-refresh-only"))).toHaveLength(2);
    expect(github.repository.issues).toHaveLength(1);
    expect(github.repository.issues[0]?.body).toContain("was changed outside Terraform: `deletion_protection_enabled`");
    clone.terraform({ plan: { format_version: "1.2" } });
    await drift("staging", env, clone);
    expect(github.repository.issues[0]?.state).toBe("closed");
  });
});
