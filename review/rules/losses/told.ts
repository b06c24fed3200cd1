import { type Change, isLost, ofType, type Plan } from "../../plan/plan";
import { isAbsent, pick } from "../../plan/value";
import type { Rename } from "../rule";
import { kindOf } from "./kinds";
import { isMovedToAnotherRegion } from "./region";

/**
 * Returns the addresses whose loss another finding tells: renames, everything that goes to another region, and the
 * parts of a thing that is lost as a whole.
 */
export function toldElsewhere(plan: Plan, renames: readonly Rename[]): Set<string> {
  const renamed = renames.flatMap(({ from, to }) => [from.address, to.address]);
  const moved = plan.changes.filter(isMovedToAnotherRegion).map(({ address }) => address);
  const parts = plan.changes.filter((change) => isLost(change) && isPart(plan, change)).map(({ address }) => address);
  return new Set([...renamed, ...moved, ...parts]);
}

function isPart(plan: Plan, change: Change): boolean {
  // An address of its own is never a detail.
  if (change.type === "aws_lambda_function_url") return false;
  return (kindOf(change).partOf ?? []).some(({ type, own, its }) => {
    const name = pick(change.before, own);
    return !isAbsent(name) && ofType(plan, type).some((whole) => isLost(whole) && pick(whole.before, its) === name);
  });
}
