import fs from "node:fs";
import path from "node:path";
import { type Command, Option } from "commander";
import { type Accepted, readAccepted } from "../review/accepted";
import { planFromSynths } from "../review/plan/from-synths";
import { readPlan } from "../review/plan/read";
import { markdown } from "../review/report/markdown";
import { text } from "../review/report/text";
import { review } from "../review/review";
import { readJson } from "./clone/json-file";
import { type FindImage, prepare } from "./deployment/deploy";
import { imageForElsewhere } from "./deployment/image";
import { contextOf, planningContextOf, type Surroundings, surroundings, synthesize } from "./environment/context";
import { CommandError } from "./errors/command-error";
import { compareStack } from "./plans/compare";
import { keepReviews } from "./plans/kept-plans";
import { reviewEnvironment } from "./plans/review-environment";
import { EXIT_CODES, type Reviewed, verdictOf } from "./plans/reviewed";
import { action, type Run, withCommonOptions } from "./terminal/command";

const FORMATS = { text, markdown };

interface ReviewOptions {
  readonly before?: string;
  readonly format: keyof typeof FORMATS;
  readonly keep?: string;
  /** False compares two synthesized stacks, without Terraform. */
  readonly plan: boolean;
}

/** Adds `terrace review`. */
export function addReviewCommand(
  program: Command,
  around = surroundings,
  findImage: FindImage = imageForElsewhere,
): void {
  const command = program
    .command("review")
    .description("Says what a Terraform plan would lose, whom it would cut off and whom it would let in")
    .argument("<targets...>", "environments, which are then planned, or files that `terraform show -json` printed")
    .option("--before <path>", "a cdk.tf.json, or for environments a cdktf.out, of the code before the change")
    .option("--no-plan", "compare with --before only: without Terraform, credentials and state")
    .addOption(new Option("--format <format>", "how to print").choices(Object.keys(FORMATS)).default("text"))
    .option("--keep <folder>", "keep each stack's plan and review there, for an apply of exactly that plan elsewhere")
    .addHelpText(
      "after",
      "\nA plan takes Terraform 1.11, credentials that may read the environment's state and resources, and the state\n" +
        "bucket (docs/deploy.md).",
    );
  withCommonOptions(command, { changes: false, attention: "somebody has to agree" }).action(
    action(around.host, async (run, targets: readonly string[], options: ReviewOptions) => {
      const reviewed = await reviewTargets(run, targets, options, { around, findImage });
      const reviews = reviewed.map(({ subject, review }) => ({ ...subject, ...review }));
      run.terminal.finish(
        { verdict: verdictOf(reviewed), reviews },
        reviewed.map(({ review, subject }) => FORMATS[options.format](review, subject)),
      );
      return EXIT_CODES[verdictOf(reviewed)];
    }),
  );
}

interface ReviewServices {
  readonly around: Surroundings;
  readonly findImage: FindImage;
}

/** Reviews every target, files first. */
async function reviewTargets(
  run: Run,
  targets: readonly string[],
  options: ReviewOptions,
  services: ReviewServices,
): Promise<Reviewed[]> {
  const isFile = (target: string) => fs.existsSync(target) && fs.statSync(target).isFile();
  const accepted = readAccepted(readJson(path.join(services.around.clone.root, "review/accepted.json")));
  const reviewed = targets.filter(isFile).map((file) => reviewFile(file, options, accepted));
  // The review is a document, and progress is beside it.
  const aside = { ...run, terminal: run.terminal.aside };
  for (const name of targets.filter((target) => !isFile(target))) {
    requireName(name);
    reviewed.push(...(await reviewNamed(aside, name, options, accepted, services)));
  }
  return reviewed;
}

/** Environments have no such names, so that somebody meant a file. */
function requireName(target: string): void {
  if (!/[./\\]/.test(target)) return;
  throw new CommandError({
    subject: "target",
    value: target,
    mistake: "is no file",
    remedy: "name a file that `terraform show -json <plan file>` printed, or an environment",
  });
}

async function reviewNamed(
  run: Run,
  name: string,
  { before, keep, plan }: ReviewOptions,
  accepted: readonly Accepted[],
  { around, findImage }: ReviewServices,
): Promise<Reviewed[]> {
  if (plan && keep !== undefined) {
    const context = await contextOf(name, run, around);
    // A kept plan is applied on a machine that does not have what Docker built here.
    const { prepared, image } = await prepare(context, findImage);
    return reviewEnvironment(context, prepared, { before, keep, image: image.digest });
  }
  const context = planningContextOf(name, run, around);
  const prepared = synthesize(context);
  if (plan) return reviewEnvironment(context, prepared, { before });
  const compared = prepared.stacks.map((stack) => compareStack(stack, before, accepted));
  if (keep !== undefined) keepReviews(keep, name, compared);
  return compared;
}

function reviewFile(file: string, { before }: ReviewOptions, accepted: readonly Accepted[]): Reviewed {
  const stack = path.basename(file, ".json");
  const plan = before ? planFromSynths(readJson(before), readJson(file)) : readPlan(readJson(file));
  return { subject: { stack }, review: review(plan, { accepted: accepted.filter((entry) => entry.stack === stack) }) };
}
