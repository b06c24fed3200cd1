import fs from "node:fs";
import { stackNames } from "../../environments/names";
import { sha256, staleness } from "../../review/binding";
import { readStateVersion } from "../../review/plan/state";
import type { Image } from "../deployment/image";
import { judge, type ReviewedPlan, showPlans } from "../deployment/planning";
import { makeRelease, type ReleaseOptions } from "../deployment/releasing";
import { type Context, definitionOf, ledgerOf, requireUnlocked, synthesize } from "../environment/context";
import { CommandError } from "../errors/command-error";
import { EXIT, type ExitCode } from "../errors/exit-codes";
import { newPlanFile } from "../terraform/plan-files";
import { initialize, readPlanFile, stateOf } from "../terraform/stack";
import { keptPlan, restoreLock } from "./kept-plans";

/** Finds the image that a kept plan names. */
export type FindKeptImage = (context: Context, digest: string) => Promise<Image>;

/**
 * Applies the plans of an environment that were reviewed and kept in a folder, and nothing planned anew. It is a release as
 * `terrace deploy` makes one: in the ledger, asked whether it works, and to be gone back to.
 *
 * Whether the checkout is older than what is deployed is not asked: the plan is bound to the state, so that nothing was
 * deployed since it was reviewed.
 *
 * @throws CommandError (refused) with every reason, before anything is applied, if commit, definition, plan or state are
 * other ones, the image is not to be had, or somebody holds a lock
 */
export async function applyReviewed(
  context: Context,
  folder: string,
  options: ReleaseOptions,
  findImage: FindKeptImage,
): Promise<ExitCode> {
  const { environment, clone, signal } = context;
  const { application } = stackNames(environment);
  const digest = keptPlan(folder, application).binding.image;
  const prepared = synthesize(context, digest);
  const [tree, reasons, plans] = [clone.history.tree(), [] as string[], [] as ReviewedPlan[]];
  for (const stack of prepared.stacks) {
    const kept = keptPlan(folder, stack.name);
    // Read first: a program that takes Terraform's place may edit the file.
    const definition = sha256(definitionOf(stack));
    restoreLock(folder, stack);
    await initialize(stack, signal);
    const present = {
      tree,
      definition,
      plan: sha256(fs.readFileSync(kept.plan)),
      ...readStateVersion(await stateOf(stack, signal)),
    };
    const stale = staleness(kept.binding, present);
    reasons.push(...stale.map((reason) => `${stack.name}: ${reason}`));
    // A plan that is not the one that was reviewed is not even read.
    if (stale.length > 0) continue;
    const file = newPlanFile();
    fs.copyFileSync(kept.plan, file);
    const plan = await readPlanFile(stack, file, signal);
    plans.push({ stack, file, plan, changes: kept.binding.changes, review: await judge(context, stack, plan) });
  }
  if (reasons.length > 0) throw notApplied(environment.name, reasons);
  await requireUnlocked(context, prepared);
  const image = digest === undefined ? {} : await findImage(context, digest);
  showPlans(context, plans);
  const ledger = ledgerOf(context, prepared);
  const releases = await ledger.all();
  const sources = clone.history.sources();
  return makeRelease(context, { sources, prepared, image, plans, ledger, releases }, options);
}

function notApplied(environment: string, reasons: readonly string[]): CommandError {
  return new CommandError({
    subject: `reviewed plan of ${environment}`,
    mistake: `is not applied:\n${reasons.map((reason) => `- ${reason}\n`).join("")}`,
    remedy: 'run the workflow "deploy" by hand: it plans anew, shows the review and asks before it applies',
    exitCode: EXIT.refused,
  });
}
