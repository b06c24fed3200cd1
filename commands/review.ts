import fs from "node:fs";
import path from "node:path";
import { type Command, Option } from "commander";
import { type Accepted, readAccepted } from "../review/accepted";
import { EXIT_CODES } from "../review/exit-code";
import { planFromSynths } from "../review/plan/from-synths";
import { readPlan } from "../review/plan/read";
import { json } from "../review/report/json";
import { markdown } from "../review/report/markdown";
import { text } from "../review/report/text";
import { review } from "../review/review";
import { readJson } from "./clone/json-file";
import { type Clone, here, stacksOf } from "./clone/stacks";
import { type CountItems, countInDynamo } from "./plans/count-items";
import { keepReviews } from "./plans/kept-plans";
import { compareStack, reviewStack } from "./plans/review-stack";
import { type Reviewed, verdictOf } from "./plans/reviewed";

const FORMATS = { text, markdown, json };

export interface ReviewOptions {
  readonly before?: string;
  /** False compares two synthesized stacks, without Terraform. */
  readonly plan: boolean;
  readonly keep?: string;
}

/** Adds `terrace review`. */
export function addReviewCommand(program: Command): void {
  program
    .command("review")
    .description("Says what a Terraform plan would lose, whom it would cut off and whom it would let in")
    .argument("<targets...>", "environments, which are then planned, or files that `terraform show -json` printed")
    .option("--before <path>", "a cdk.tf.json, or for environments a cdktf.out, of the code before the change")
    .option("--no-plan", "compare with --before only: without Terraform, credentials and state")
    .addOption(new Option("--format <format>", "how to print").choices(Object.keys(FORMATS)).default("text"))
    .option("--keep <folder>", "keep each stack's plan and review there, to apply exactly that plan later")
    .addHelpText("after", "\nExit codes: 0 nothing or notes, 2 asks, 3 stops, 1 could not be reviewed.")
    .action(async (targets: readonly string[], options: ReviewOptions & { readonly format: keyof typeof FORMATS }) => {
      const reviewed = await reviewTargets(targets, options, countInDynamo);
      for (const { review, subject } of reviewed) console.log(FORMATS[options.format](review, subject));
      process.exitCode = EXIT_CODES[verdictOf(reviewed)];
    });
}

/** Reviews every target, files first. Throws an error with the remedy if one cannot be reviewed. */
export async function reviewTargets(
  targets: readonly string[],
  options: ReviewOptions,
  count: CountItems,
  { root, synthesize }: Clone = here,
): Promise<Reviewed[]> {
  const isFile = (target: string) => fs.existsSync(target) && fs.statSync(target).isFile();
  const accepted = readAccepted(readJson(path.join(root, "review/accepted.json")));
  const reviewed = targets.filter(isFile).map((file) => reviewFile(file, options, accepted));
  const environments = targets.filter((target) => !isFile(target));
  if (environments.length > 0) synthesize();
  for (const environment of environments) {
    const own: Reviewed[] = [];
    for (const stack of stacksOf(environment, path.join(root, "cdktf.out")))
      own.push(
        options.plan
          ? await reviewStack({ stack, root, accepted, count, ...options })
          : compareStack({ stack, accepted, ...options }),
      );
    if (options.keep) keepReviews(options.keep, environment, own);
    reviewed.push(...own);
  }
  return reviewed;
}

function reviewFile(file: string, { before }: ReviewOptions, accepted: readonly Accepted[]): Reviewed {
  const stack = path.basename(file, ".json");
  const plan = before ? planFromSynths(readJson(before), readJson(file)) : readPlan(readJson(file));
  return { subject: { stack }, review: review(plan, { accepted: accepted.filter((entry) => entry.stack === stack) }) };
}
