import fs from "node:fs";
import { sha256 } from "../../review/binding";
import { type MadePlan, planStacks } from "../deployment/planning";
import { definitionOf, type PlanningContext, type Synthesized } from "../environment/context";
import { removePlanFile } from "../terraform/plan-files";
import { keepPlan, keepReviews } from "./kept-plans";
import type { Reviewed } from "./reviewed";

export interface ReviewSettings {
  /** A cdktf.out of the code before the change. */
  readonly before?: string | undefined;
  /** The folder that plans and reviews are kept in, for an apply of exactly these. */
  readonly keep?: string | undefined;
  /** Digest of the image that the stacks were synthesized with. */
  readonly image?: string | undefined;
}

/** Plans the stacks of an environment with Terraform, reviews the plans, and keeps them if a folder is named. */
export async function reviewEnvironment(
  context: PlanningContext,
  prepared: Synthesized,
  { before, keep, image }: ReviewSettings,
): Promise<Reviewed[]> {
  const { history } = context.clone;
  const { commit } = history.sources();
  const tree = keep === undefined ? "" : history.tree();
  // Read first: a program that takes Terraform's place may edit the files.
  const definitions = prepared.stacks.map((stack) => sha256(definitionOf(stack)));
  const plans = await planStacks(context, prepared, { before, partial: true });
  const reviewed = plans.map((made, index) => {
    const subject = subjectOf(made, commit);
    if (keep !== undefined)
      keepPlan(keep, made.stack, made.file, {
        ...subject,
        ...made.state,
        tree,
        definition: definitions[index] ?? "",
        changes: made.changes,
        image,
        verdict: made.review.verdict,
      });
    // The plan file holds the whole state, so it does not stay.
    removePlanFile(made.file);
    return { subject, review: made.review };
  });
  if (keep !== undefined) keepReviews(keep, context.environment.name, reviewed);
  return reviewed;
}

function subjectOf({ stack, state, file }: MadePlan, commit: string) {
  return { stack: stack.name, commit, serial: state.serial, plan: sha256(fs.readFileSync(file)) };
}
