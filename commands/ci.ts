import fs from "node:fs";
import path from "node:path";
import type { Command } from "commander";
import { requireApproval } from "../review/github/approval";
import { writeComment } from "../review/github/comment";
import { writeDriftIssue } from "../review/github/drift-issue";
import { repositoryOf, required } from "../review/github/repository";
import { findReviewedPlan } from "../review/github/reviewed-plan";
import { readPlan } from "../review/plan/read";
import { markdown } from "../review/report/markdown";
import { verdictLine } from "../review/report/wording";
import { review } from "../review/review";
import { seal, unseal } from "../review/seal";
import { readJson } from "./clone/json-file";
import { type Clone, here, stacksOf } from "./clone/stacks";
import { applyReviewed } from "./plans/apply";
import { readFiles, writeFiles } from "./plans/kept-plans";
import { planStack } from "./plans/terraform";

type Environment = Readonly<Record<string, string | undefined>>;

/** Adds `terrace ci`: the steps of the workflows in `.github/workflows`. Each reads GitHub's own variables. */
export function addCiCommands(program: Command, env: Environment = process.env): void {
  const ci = program.command("ci").description("Steps of the GitHub workflows");
  ci.command("comment <environment> <folder>")
    .description("writes a kept review into the environment's one comment on the pull request")
    .action((environment: string, folder: string) => comment(environment, folder, env));
  ci.command("seal <folder> <file>")
    .description("encrypts a folder for whoever has PLAN_PRIVATE_KEY")
    .action((folder: string, file: string) =>
      fs.writeFileSync(file, seal(readFiles(folder), required(env, "PLAN_PUBLIC_KEY"))),
    );
  ci.command("unseal <file> <folder>")
    .description("decrypts what `seal` made")
    .action((file: string, folder: string) =>
      writeFiles(folder, unseal(fs.readFileSync(file), required(env, "PLAN_PRIVATE_KEY"))),
    );
  ci.command("find-plan <environment>")
    .description("finds the plan that was reviewed in the pull request this commit came by")
    .action(async (environment: string) => {
      const plan = await findReviewedPlan(repositoryOf(env), { commit: required(env, "GITHUB_SHA"), environment });
      output(env, { "run-id": String(plan.runId), artifact: plan.artifact });
    });
  ci.command("approved <environment>")
    .description("makes sure that a person let this run into the environment")
    .action(async (environment: string) => {
      const runId = Number(required(env, "GITHUB_RUN_ID"));
      const who = await requireApproval(repositoryOf(env), { runId, environment });
      console.log(`${who} approved the deployment to ${environment}.`);
    });
  ci.command("apply <environment> <folder>")
    .description("applies the kept plans, if commit and state are still those they were made on")
    .action((environment: string, folder: string) => applyReviewed(environment, folder));
  ci.command("drift <environment>")
    .description("keeps an issue open for as long as the environment is not as declared")
    .action((environment: string) => drift(environment, env));
}

/** Writes the review where the event allows it: a fork's run may not comment, so its review is in the summary only. */
export async function comment(environment: string, folder: string, env: Environment): Promise<void> {
  const text = fs.readFileSync(path.join(folder, `${environment}.md`), "utf8");
  summarize(env, text);
  const event = readJson(required(env, "GITHUB_EVENT_PATH")) as {
    pull_request?: { number: number; head: { repo: { full_name: string } | null } };
  };
  const pull = event.pull_request;
  if (!pull) return console.log("This run is of no pull request: the review is in the summary.");
  if (pull.head.repo?.full_name !== required(env, "GITHUB_REPOSITORY"))
    return console.log("The pull request comes from a fork: the review is in the summary.");
  const run = { number: Number(required(env, "GITHUB_RUN_NUMBER")), attempt: Number(env.GITHUB_RUN_ATTEMPT || 1) };
  const done = await writeComment(repositoryOf(env), { pull: pull.number, environment, markdown: text, run });
  console.log(`The comment on ${environment} was ${done}.`);
}

/** Looks for what was changed outside Terraform, and keeps the environment's issue about it. */
export async function drift(environment: string, env: Environment, { root, synthesize }: Clone = here): Promise<void> {
  synthesize();
  const texts = stacksOf(environment, path.join(root, "cdktf.out")).flatMap(({ name, folder }) => {
    const { file, json } = planStack(folder, ["-refresh-only"]);
    fs.rmSync(file);
    const found = review(readPlan(json));
    console.log(`${name}: ${verdictLine(found)}`);
    return found.verdict === "nothing" ? [] : [markdown(found, { stack: name })];
  });
  const done = await writeDriftIssue(repositoryOf(env), {
    environment,
    markdown: texts.length > 0 ? texts.join("\n") : undefined,
  });
  console.log(`The issue about ${environment} was ${done}.`);
}

/** GitHub drops a summary of more bytes, with an error. */
const LONGEST_SUMMARY = 1024 * 1024;

function summarize({ GITHUB_STEP_SUMMARY: file }: Environment, text: string): void {
  if (file && Buffer.byteLength(text) < LONGEST_SUMMARY) fs.appendFileSync(file, `${text}\n`);
}

function output(env: Environment, values: Readonly<Record<string, string>>): void {
  const lines = Object.entries(values).map(([name, value]) => `${name}=${value}\n`);
  fs.appendFileSync(required(env, "GITHUB_OUTPUT"), lines.join(""));
}
