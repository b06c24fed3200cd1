import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { requireApproval } from "../../../review/github/approval";
import { writeComment } from "../../../review/github/comment";
import { writeDriftIssue } from "../../../review/github/drift-issue";
import { type Repository, repositoryOf } from "../../../review/github/repository";
import { findReviewedPlan, NoReviewedPlan } from "../../../review/github/reviewed-plan";
import { type FakeGitHub, startGitHub } from "../../support/doubles/github";

let github: FakeGitHub;
let repository: Repository;

beforeEach(async () => {
  github = await startGitHub();
  repository = await repositoryOf({ GITHUB_REPOSITORY: "o/r", GITHUB_TOKEN: "secret", GITHUB_API_URL: github.url });
});
afterEach(() => github.close());

describe("the comment", () => {
  const write = (markdown: string, number: number, environment = "staging") =>
    writeComment(repository, { pull: 7, environment, markdown, run: { number, attempt: 1 } });

  test("is written once per environment, and updated in place", async () => {
    expect(await write("first", 1)).toBe("created");
    expect(await write("other", 1, "production")).toBe("created");
    expect(await write("second", 2)).toBe("updated");
    expect(github.repository.comments.map(({ body }) => body)).toEqual([
      expect.stringMatching(/^<!-- terrace-review staging run=2\.1 -->\nsecond$/),
      expect.stringMatching(/^<!-- terrace-review production run=1\.1 -->\nother$/),
    ]);
  });

  test("is found behind other people's, on a later page, and never in one that only has the marker", async () => {
    const says = (login: string, body: string, id: number) =>
      github.repository.comments.push({ id, body, user: { login } });
    says("mallory", "<!-- terrace-review staging run=9.9 -->\nall is well", 1);
    says("alice", "hello", 2);
    says("alice", "hello again", 3);
    says("github-actions[bot]", "<!-- terrace-review staging run=1.1 -->\nold", 4);
    expect(await write("new", 2)).toBe("updated");
    expect(github.repository.comments.map(({ id, body }) => [id, body.split("\n")[1]])).toEqual([
      [1, "all is well"],
      [2, undefined],
      [3, undefined],
      [4, "new"],
    ]);
  });

  test("of a newer run is left alone by an older one that ends later", async () => {
    await write("newer", 5);
    expect(await write("older", 4)).toBe("kept");
    expect(github.repository.comments[0]?.body).toContain("newer");
  });

  test("is one again after two first runs each made one", async () => {
    for (const id of [1, 2])
      github.repository.comments.push({
        id,
        body: `<!-- terrace-review staging run=1.1 -->\n${id}`,
        user: { login: "github-actions[bot]" },
      });
    await write("one", 2);
    expect(github.repository.comments).toHaveLength(1);
  });
});

describe("the reviewed plan", () => {
  const commit = "c0ffee";
  const merged = {
    number: 7,
    merged_at: "2026-11-26T00:00:00Z",
    merge_commit_sha: commit,
    head: { sha: "head", repo: { full_name: "o/r" } },
  };
  const find = () => findReviewedPlan(repository, { commit, environment: "staging" });

  beforeEach(() => {
    github.repository.pulls = [merged];
    github.repository.runs = [
      { id: 1, run_number: 1, conclusion: "failure" },
      { id: 2, run_number: 2, conclusion: "success" },
    ];
    github.repository.artifacts = [
      { name: "plan-production", expired: false },
      { name: "plan-staging", expired: false },
    ];
  });

  test("is the artifact of the last run of the pull request that the commit came by", async () => {
    expect(await find()).toEqual({ runId: 2, artifact: "plan-staging" });
  });

  test.each<[string, RegExp, () => void]>([
    ["the commit came by no pull request", /did not come by a pull request/, () => (github.repository.pulls = [])],
    [
      "the pull request that names the commit was never merged",
      /did not come by a pull request/,
      () => (github.repository.pulls = [{ ...merged, merged_at: null }]),
    ],
    [
      "the pull request came from a fork",
      /came from a fork/,
      () => (github.repository.pulls = [{ ...merged, head: { sha: "head", repo: { full_name: "mallory/r" } } }]),
    ],
    [
      "the fork is gone",
      /came from a fork/,
      () => (github.repository.pulls = [{ ...merged, head: { sha: "head", repo: null } }]),
    ],
    ["it was not planned", /was not planned/, () => (github.repository.runs = [])],
    [
      "the review stopped it",
      /ended as "failure"/,
      () => (github.repository.runs = [{ id: 3, run_number: 3, conclusion: "failure" }]),
    ],
    [
      "the plan is still being made",
      /ended as "in_progress"/,
      () => (github.repository.runs = [{ id: 3, run_number: 3, conclusion: null, status: "in_progress" }]),
    ],
    [
      "the artifact has expired",
      /has expired/,
      () => (github.repository.artifacts = [{ name: "plan-staging", expired: true }]),
    ],
    ["there is no artifact", /does not exist/, () => (github.repository.artifacts = [])],
  ])("is refused if %s", async (_, reason, change) => {
    change();
    await expect(find()).rejects.toThrow(NoReviewedPlan);
    await expect(find()).rejects.toThrow(reason);
    await expect(find()).rejects.toThrow(/by hand/);
  });
});

describe("an approval", () => {
  const answer = (state: string, name: string, login = "alice") => ({
    state,
    environments: [{ name }],
    user: { login },
  });
  const approved = () => requireApproval(repository, { runId: 1, environment: "production" });

  test("is a person's yes to this environment", async () => {
    github.repository.approvals = [answer("approved", "production")];
    expect(await approved()).toBe("alice");
  });

  test("is missing where GitHub asked nobody, or for another environment only", async () => {
    await expect(approved()).rejects.toThrow(/Nobody approved the deployment to production.*required reviewers/);
    github.repository.approvals = [answer("approved", "staging")];
    await expect(approved()).rejects.toThrow(/Nobody approved/);
  });

  test("does not count against a refusal", async () => {
    github.repository.approvals = [answer("approved", "production"), answer("rejected", "production", "bob")];
    await expect(approved()).rejects.toThrow("bob refused the deployment to production.");
  });
});

describe("the issue about drift", () => {
  const write = (markdown: string | undefined) => writeDriftIssue(repository, { environment: "staging", markdown });

  test("is opened once, updated, and closed when all is as declared again", async () => {
    expect(await write(undefined)).toBe("kept");
    expect(await write("a table")).toBe("opened");
    expect(await write("a table")).toBe("kept");
    expect(await write("two tables")).toBe("updated");
    expect(await write(undefined)).toBe("closed");
    expect(github.repository.issues).toEqual([
      expect.objectContaining({ title: "staging is not as declared", state: "closed" }),
    ]);
    expect(await write("again")).toBe("opened");
    expect(github.repository.issues).toHaveLength(2);
  });
});

test("a missing variable is named", async () => {
  await expect(repositoryOf({ GITHUB_TOKEN: "x" })).rejects.toThrow(/GITHUB_REPOSITORY is not set/);
  await expect(repositoryOf({ GITHUB_REPOSITORY: "o/r" })).rejects.toThrow(/GITHUB_TOKEN is not set/);
  await expect(repositoryOf({ GITHUB_REPOSITORY: "or", GITHUB_TOKEN: "x" })).rejects.toThrow(/owner\/name/);
});
