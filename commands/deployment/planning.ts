import path from "node:path";
import { readAccepted } from "../../review/accepted";
import { guardedAddresses } from "../../review/plan/from-synths";
import type { Change, Plan } from "../../review/plan/plan";
import { readStateVersion, type StateVersion } from "../../review/plan/state";
import { text } from "../../review/report/text";
import { type Review, review } from "../../review/review";
import { readJson } from "../clone/json-file";
import { readDefinition, type Stack } from "../clone/stacks";
import type { Context, PlanningContext, Synthesized } from "../environment/context";
import { CommandError } from "../errors/command-error";
import { EXIT } from "../errors/exit-codes";
import { writeImports } from "../takeover/take-over";
import { initialize, type Planned, planStack, stateOf } from "../terraform/stack";
import { type CountItems, countInDynamo, itemsAtStake } from "./count-items";

/** A planned stack and what the review says of the plan. */
export interface ReviewedPlan extends Planned {
  readonly review: Review;
}

/** A plan that was just made, and the state that it was made on. */
export interface MadePlan extends ReviewedPlan {
  readonly state: StateVersion;
}

export interface PlanningOptions {
  /** A cdktf.out of the code before the change: that a guard left the code is in no plan. */
  readonly before?: string | undefined;
  /** Review a plan that ended with an error half-way, too, and warn of the error. */
  readonly partial?: boolean;
}

const MARKS: Readonly<Partial<Record<Change["action"], string>>> = {
  create: "+",
  update: "~",
  delete: "-",
  replace: "-/+",
  forget: ".",
};

/** Initializes, plans and reviews every stack, in order. Nothing is changed. */
export async function planStacks(
  context: PlanningContext,
  { stacks }: Synthesized,
  { before, partial = false }: PlanningOptions = {},
): Promise<MadePlan[]> {
  const { environment, leftovers, terminal, signal } = context;
  const planned: MadePlan[] = [];
  for (const stack of stacks) {
    terminal.say(`Planning ${stack.name}.`);
    // Read first: a program that takes Terraform's place may edit the file.
    const definition = readDefinition(stack.folder);
    const old = before && readDefinition(path.join(before, "stacks", stack.name));
    await initialize(stack, signal);
    const state = await stateOf(stack, signal);
    const found = await leftovers(environment, definition, state);
    for (const { to, id } of found)
      terminal.say(`  ${to} is there (${id}) and in no state, as a killed deployment leaves it: it is taken over.`);
    writeImports(stack.folder, found);
    const onError = partial ? ({ message }: Error) => terminal.warn(message) : undefined;
    // The plan holds the imports from here on; another one may have others.
    const made = await planStack(stack, { signal, onError }).finally(() => writeImports(stack.folder, []));
    const plan = old ? { ...made.plan, guarded: guardedAddresses(old, definition) } : made.plan;
    planned.push({ ...made, plan, review: await judge(context, stack, plan), state: readStateVersion(state) });
  }
  return planned;
}

/** Reviews the plan of a stack, with what is accepted in the code and the items that are at stake. */
export async function judge(context: PlanningContext, { name }: Stack, plan: Plan): Promise<Review> {
  const { clone, settings, terminal } = context;
  const count: CountItems = (table, region = settings.region) => countInDynamo(table, region);
  const accepted = readAccepted(readJson(path.join(clone.root, "review/accepted.json")));
  return review(plan, {
    accepted: accepted.filter((entry) => entry.stack === name),
    items: await itemsAtStake(plan, count, (line) => terminal.warn(line)),
  });
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

/**
 * Makes sure that no review stops a plan, as it would in a pull request. What an interrupted deployment left half-made is
 * made anew all the same, if it was never deployed to its end: nothing can be in it that anybody misses.
 *
 * @param deployed - the resources of the release that is there, as `addressesIn` writes them; undefined if nobody knows
 * @throws CommandError (refused) that names the stacks
 */
export function requireNoStops(
  { environment }: Context,
  plans: readonly ReviewedPlan[],
  deployed: ReadonlySet<string> | undefined,
): void {
  const stopped = plans.filter((plan) => stops(plan) && !isOnlyHalfMade(plan, deployed)).map(({ stack }) => stack.name);
  if (stopped.length === 0) return;
  throw new CommandError({
    subject: environment.name,
    mistake: `is not deployed: the review stops the plan of ${stopped.join(" and ")}, see above`,
    remedy: "do what it says instead; if it is meant, write that into review/accepted.json, with the reason",
    exitCode: EXIT.refused,
  });
}

function isOnlyHalfMade({ stack, plan, review }: ReviewedPlan, deployed: ReadonlySet<string> | undefined): boolean {
  if (deployed === undefined) return false;
  const halfMade = new Set(
    plan.changes.filter(({ reason }) => reason === "replace_because_tainted").map(({ address }) => address),
  );
  return review.findings
    .filter(({ severity }) => severity === "stops")
    .flatMap(({ address, also = [] }) => [address, ...also])
    .every((address) => halfMade.has(address) && !deployed.has(`${stack.name}: ${address}`));
}
