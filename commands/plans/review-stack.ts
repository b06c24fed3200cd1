import fs from "node:fs";
import path from "node:path";
import type { Accepted } from "../../review/accepted";
import { sha256 } from "../../review/binding";
import { guardedAddresses, planFromSynths } from "../../review/plan/from-synths";
import type { Plan } from "../../review/plan/plan";
import { readPlan } from "../../review/plan/read";
import { readStateVersion } from "../../review/plan/state";
import { review } from "../../review/review";
import { commitOf, treeOf } from "../clone/commit";
import { DEFINITION, readDefinition, type Stack } from "../clone/stacks";
import { type CountItems, itemsAtStake } from "./count-items";
import { keepPlan } from "./kept-plans";
import type { Reviewed } from "./reviewed";
import { planStack, pullState } from "./terraform";

interface StackReview {
  readonly stack: Stack;
  readonly accepted: readonly Accepted[];
  /** A cdktf.out of the code before the change. */
  readonly before?: string;
}

interface PlannedReview extends StackReview {
  readonly root: string;
  readonly count: CountItems;
  readonly keep?: string;
}

/** Plans a synthesized stack with Terraform, and reviews the plan. */
export async function reviewStack({ stack, root, accepted, before, count, keep }: PlannedReview): Promise<Reviewed> {
  // Read first: a program that takes Terraform's place may edit the file.
  const definition = fs.readFileSync(path.join(stack.folder, DEFINITION), "utf8");
  const old = before && readDefinition(path.join(before, "stacks", stack.name));
  const { file, json } = planStack(stack.folder);
  const plan: Plan = { ...readPlan(json), ...(old ? { guarded: guardedAddresses(old, JSON.parse(definition)) } : {}) };
  const state = readStateVersion(pullState(stack.folder));
  const subject = {
    stack: stack.name,
    commit: commitOf(root),
    serial: state.serial,
    plan: sha256(fs.readFileSync(file)),
  };
  const found = review(plan, { accepted: own(accepted, stack), items: await itemsAtStake(plan, count) });
  if (keep)
    keepPlan(keep, stack, file, {
      ...subject,
      ...state,
      tree: treeOf(root),
      definition: sha256(definition),
      verdict: found.verdict,
    });
  // It holds the whole state.
  fs.rmSync(file);
  return { subject, review: found };
}

/** Compares a synthesized stack with the one of the code before the change. Throws if there is no such stack. */
export function compareStack({ stack, accepted, before }: StackReview): Reviewed {
  const old = before && readDefinition(path.join(before, "stacks", stack.name));
  if (!old) throw new Error(`--no-plan needs --before <cdktf.out> with the stack ${stack.name} in it.`);
  const plan = planFromSynths(old, readDefinition(stack.folder));
  return { subject: { stack: stack.name }, review: review(plan, { accepted: own(accepted, stack) }) };
}

function own(accepted: readonly Accepted[], { name }: Stack): Accepted[] {
  return accepted.filter(({ stack }) => stack === name);
}
