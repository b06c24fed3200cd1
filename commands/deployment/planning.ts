import path from "node:path";
import { readAccepted } from "../../review/accepted";
import type { Change } from "../../review/plan/plan";
import { text } from "../../review/report/text";
import { type Review, review } from "../../review/review";
import { readJson } from "../clone/json-file";
import { readDefinition } from "../clone/stacks";
import type { Context, Synthesized } from "../environment/context";
import { CommandError } from "../errors/command-error";
import { EXIT } from "../errors/exit-codes";
import { type CountItems, countInDynamo, itemsAtStake } from "../plans/count-items";
import { writeImports } from "../takeover/take-over";
import { initialize, type Planned, planStack, stateOf } from "../terraform/stack";

/** A planned stack and what the review says of the plan. */
export interface ReviewedPlan extends Planned {
  readonly review: Review;
}

const MARKS: Readonly<Partial<Record<Change["action"], string>>> = {
  create: "+",
  update: "~",
  delete: "-",
  replace: "-/+",
  forget: ".",
};

/** Initializes, plans and reviews every stack, in order. Nothing is changed. */
export async function planStacks(context: Context, { stacks }: Synthesized): Promise<ReviewedPlan[]> {
  const { clone, environment, leftovers, terminal, signal, settings } = context;
  const count: CountItems = (table, region = settings.region) => countInDynamo(table, region);
  const accepted = readAccepted(readJson(path.join(clone.root, "review/accepted.json")));
  const planned: ReviewedPlan[] = [];
  for (const stack of stacks) {
    terminal.say(`Planning ${stack.name}.`);
    await initialize(stack, signal);
    const found = await leftovers(environment, readDefinition(stack.folder), await stateOf(stack, signal));
    for (const { to, id } of found)
      terminal.say(`  ${to} is there (${id}) and in no state, as a killed deployment leaves it: it is taken over.`);
    writeImports(stack.folder, found);
    // The plan holds the imports from here on; another one may have others.
    const result = await planStack(stack, { signal }).finally(() => writeImports(stack.folder, []));
    const items = await itemsAtStake(result.plan, count);
    const own = accepted.filter((entry) => entry.stack === stack.name);
    planned.push({ ...result, review: review(result.plan, { accepted: own, items }) });
  }
  return planned;
}

/** Prints each stack's changes and the findings about them. */
export function showPlans({ terminal }: Context, plans: readonly ReviewedPlan[]): void {
  for (const { stack, plan, changes, review } of plans) {
    if (!changes) {
      terminal.say(`${stack.name}: nothing changes.`);
      continue;
    }
    for (const { address, action } of plan.changes)
      if (MARKS[action]) terminal.say(`  ${MARKS[action].padStart(3)} ${address}`);
    terminal.say(text(review, { stack: stack.name }).trimEnd());
  }
}

/** Returns a plan as programs read it. */
export function planJson({ stack, plan, changes, review }: ReviewedPlan) {
  return {
    stack: stack.name,
    changes,
    counts: review.counts,
    verdict: review.verdict,
    findings: review.findings,
    resources: plan.changes.flatMap(({ address, action }) => (MARKS[action] ? [{ address, action }] : [])),
  };
}

/** Tells whether the review stops a plan. */
export const stops = ({ review }: ReviewedPlan): boolean => review.verdict === "stops";

/** @throws CommandError (refused) if a review stops a plan, as it would in a pull request */
export function requireNoStops({ environment }: Context, plans: readonly ReviewedPlan[]): void {
  const stopped = plans.filter(stops).map(({ stack }) => stack.name);
  if (stopped.length === 0) return;
  throw new CommandError({
    subject: environment.name,
    mistake: `is not deployed: the review stops the plan of ${stopped.join(" and ")}, see above`,
    remedy: "do what it says instead; if it is meant, write that into review/accepted.json, with the reason",
    exitCode: EXIT.refused,
  });
}
