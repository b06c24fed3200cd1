import fs from "node:fs";
import path from "node:path";
import { sha256, staleness } from "../../review/binding";
import { readStateVersion } from "../../review/plan/state";
import { treeOf } from "../clone/commit";
import { type Clone, DEFINITION, here, stacksOf } from "../clone/stacks";
import { keptPlan } from "./kept-plans";
import { applyPlan, initializeLocked, pullState } from "./terraform";

/** A reviewed plan may not be applied, and nothing was applied. */
export class Refused extends Error {
  constructor(environment: string, reasons: readonly string[]) {
    super(
      [
        `The reviewed plan of ${environment} is not applied:`,
        ...reasons.map((reason) => `- ${reason}`),
        'Run the workflow "deploy" by hand: it plans anew, shows the review and asks before it applies.',
      ].join("\n"),
    );
    this.name = "Refused";
  }
}

/**
 * Applies the plans of an environment that were reviewed and kept in a folder: those files, and nothing planned anew.
 *
 * @throws Refused with every reason, before anything is applied, if commit, definition, plan or state are other ones.
 */
export function applyReviewed(environment: string, folder: string, { root, synthesize }: Clone = here): void {
  synthesize();
  const tree = treeOf(root);
  const plans = stacksOf(environment, path.join(root, "cdktf.out")).map((stack) => {
    const definition = sha256(fs.readFileSync(path.join(stack.folder, DEFINITION)));
    const { plan, binding } = keptPlan(folder, stack);
    initializeLocked(stack.folder);
    const present = {
      tree,
      definition,
      plan: sha256(fs.readFileSync(plan)),
      ...readStateVersion(pullState(stack.folder)),
    };
    return { stack, plan, reasons: staleness(binding, present).map((reason) => `${stack.name}: ${reason}`) };
  });
  const reasons = plans.flatMap((plan) => plan.reasons);
  if (reasons.length > 0) throw new Refused(environment, reasons);
  for (const { stack, plan } of plans) applyPlan(stack.folder, plan);
}
