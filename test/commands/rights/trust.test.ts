import { expect, test } from "@jest/globals";
import { trustPolicy } from "../../../commands/rights/trust";
import { environment } from "../../support/staging";

const subjects = (...args: Parameters<typeof trustPolicy>) =>
  trustPolicy(...args).Statement[0]?.Condition.StringEquals["token.actions.githubusercontent.com:sub"];

test("pull requests and main may plan, and only jobs of GitHub's environment may apply", () => {
  const repository = { owner: "octocat", name: "blog" };
  expect(subjects(environment, "plan", repository)).toEqual([
    "repo:octocat/blog:pull_request",
    "repo:octocat/blog:ref:refs/heads/main",
  ]);
  expect(subjects(environment, "apply", repository)).toEqual(["repo:octocat/blog:environment:staging"]);
});

test("a repository is known by its name, and by name and numbers as GitHub writes it since July 2026", () => {
  const repository = { owner: "octocat", name: "blog", ids: { owner: "583231", repository: "1296269" } };
  expect(subjects(environment, "apply", repository)).toEqual([
    "repo:octocat/blog:environment:staging",
    "repo:octocat@583231/blog@1296269:environment:staging",
  ]);
});

test("only tokens for STS are taken, and no subject holds a pattern", () => {
  const [statement] = trustPolicy(environment, "plan", { owner: "octocat", name: "blog" }).Statement;
  expect(Object.keys(statement?.Condition ?? {})).toEqual(["StringEquals"]);
  expect(statement?.Condition.StringEquals["token.actions.githubusercontent.com:aud"]).toBe("sts.amazonaws.com");
  expect(JSON.stringify(statement)).not.toContain("*");
});
