import fs from "node:fs";
import path from "node:path";
import type { Command } from "commander";
import { z } from "zod";
import { requireApproval } from "../review/github/approval";
import { writeComment } from "../review/github/comment";
import { writeDriftIssue } from "../review/github/drift-issue";
import { repositoryOf, required } from "../review/github/repository";
import { findReviewedPlan } from "../review/github/reviewed-plan";
import { seal, unseal } from "../review/seal";
import { environmentNamed } from "./aws/environment";
import { readJson } from "./clone/json-file";
import { keptImage } from "./deployment/image";
import type { ReleaseOptions } from "./deployment/releasing";
import { contextOf, surroundings } from "./environment/context";
import { EXIT, type ExitCode } from "./errors/exit-codes";
import { applyReviewed, type FindKeptImage } from "./plans/apply";
import { driftOf } from "./plans/drift";
import { readFiles, writeFiles } from "./plans/kept-plans";
import { action, type Run, withCommonOptions } from "./terminal/command";
import type { Host } from "./terminal/terminal";

type Variables = Host["env"];

/** Adds `terrace ci`: the steps of the workflows in `.github/workflows`. Each reads GitHub's own variables. */
export function addCiCommands(program: Command, around = surroundings, findImage: FindKeptImage = keptImage): void {
  const { host } = around;
  const ci = program.command("ci").description("Steps of the GitHub workflows");
  const known = (environment: string) => environmentNamed(environment, host.env).name;
  /** Adds a step of two words at most, which prints a sentence about what it did. */
  const step = (
    words: string,
    description: string,
    work: (run: Run, first: string, second: string) => Promise<{ readonly [fact: string]: unknown; says: string }>,
    refuses = false,
  ) =>
    withCommonOptions(ci.command(words).description(description), { changes: false, refuses }).action(
      action(host, async (run, first: string, second: string): Promise<ExitCode> => {
        const { says, ...facts } = await work(run, first, second);
        run.terminal.finish(facts, [says]);
        return EXIT.done;
      }),
    );
  step(
    "comment <environment> <folder>",
    "Writes a kept review into the environment's one comment on the pull request",
    (_, environment, folder) => comment(known(environment), folder, host.env),
  );
  step("seal <folder> <file>", "Encrypts a folder for whoever has PLAN_PRIVATE_KEY", async (_, folder, file) => {
    fs.writeFileSync(file, seal(readFiles(folder), required(host.env, "PLAN_PUBLIC_KEY")));
    return { file, says: `${folder} is sealed in ${file}.` };
  });
  step("unseal <file> <folder>", "Decrypts what `seal` made", async (_, file, folder) => {
    writeFiles(folder, unseal(fs.readFileSync(file), required(host.env, "PLAN_PRIVATE_KEY")));
    return { folder, says: `${file} is opened in ${folder}.` };
  });
  step(
    "find-plan <environment>",
    "Finds the plan that was reviewed in the pull request this commit came by",
    async (_, name) => {
      const environment = known(name);
      const commit = required(host.env, "GITHUB_SHA");
      const { runId, artifact } = await findReviewedPlan(await repositoryOf(host.env), { commit, environment });
      output(host.env, { "run-id": String(runId), artifact });
      return { environment, runId, artifact, says: `The plan is ${artifact} of run ${runId}.` };
    },
  );
  step("approved <environment>", "Makes sure that a person let this run into the environment", async (_, name) => {
    const environment = known(name);
    const runId = Number(required(host.env, "GITHUB_RUN_ID"));
    const by = await requireApproval(await repositoryOf(host.env), { runId, environment });
    return { environment, by, says: `${by} approved the deployment to ${environment}.` };
  });
  step(
    "drift <environment>",
    "Keeps an issue open for as long as the environment is not as declared",
    async (run, environment) => {
      const markdown = await driftOf(await contextOf(environment, run, around));
      const done = await writeDriftIssue(await repositoryOf(host.env), { environment, markdown });
      return { environment, drifted: markdown !== undefined, issue: done, says: `The issue was ${done}.` };
    },
    true,
  );
  const apply = ci
    .command("apply <environment> <folder>")
    .description("Applies the kept plans as a release, if commit and state are still those they were made on")
    .option("--no-gate", "do not ask the environment afterwards whether it works")
    .option("--rollback-on-failure", "go back to the release before, if it does not");
  withCommonOptions(apply, { changes: true, gate: true }).action(
    action(host, async (run, environment: string, folder: string, options: ReleaseOptions) =>
      applyReviewed(await contextOf(environment, run, around), folder, options, findImage),
    ),
  );
}

const eventSchema = z.looseObject({
  pull_request: z
    .looseObject({
      number: z.number(),
      head: z.looseObject({ repo: z.looseObject({ full_name: z.string() }).nullable() }),
    })
    .optional(),
});

/** Writes the review where the event allows it: a fork's run may not comment, so its review is in the summary only. */
async function comment(environment: string, folder: string, env: Variables) {
  const text = fs.readFileSync(path.join(folder, `${environment}.md`), "utf8");
  summarize(env, text);
  const { pull_request: pull } = eventSchema.parse(readJson(required(env, "GITHUB_EVENT_PATH")));
  if (!pull) return { environment, says: "This run is of no pull request: the review is in the summary." };
  if (pull.head.repo?.full_name !== required(env, "GITHUB_REPOSITORY"))
    return { environment, says: "The pull request comes from a fork: the review is in the summary." };
  const run = { number: Number(required(env, "GITHUB_RUN_NUMBER")), attempt: Number(env.GITHUB_RUN_ATTEMPT || 1) };
  const done = await writeComment(await repositoryOf(env), { pull: pull.number, environment, markdown: text, run });
  return { environment, pull: pull.number, comment: done, says: `The comment on ${environment} was ${done}.` };
}

/** GitHub drops a summary of more bytes, with an error. */
const LONGEST_SUMMARY = 1024 * 1024;

function summarize({ GITHUB_STEP_SUMMARY: file }: Variables, text: string): void {
  if (file && Buffer.byteLength(text) < LONGEST_SUMMARY) fs.appendFileSync(file, `${text}\n`);
}

function output(env: Variables, values: Readonly<Record<string, string>>): void {
  const lines = Object.entries(values).map(([name, value]) => `${name}=${value}\n`);
  fs.appendFileSync(required(env, "GITHUB_OUTPUT"), lines.join(""));
}
