import { type Change, isLost } from "../../plan/plan";
import { pick } from "../../plan/value";
import { show } from "../../report/show";
import type { Context, Rule } from "../rule";

/** In version 6 of the AWS provider every resource has a region, and another one replaces it. */
export function isMovedToAnotherRegion({ action, forcedBy }: Change): boolean {
  return action === "replace" && forcedBy.includes("region");
}

/** Finds a changed region, which replaces everything, and says so once. */
export const region: Rule = {
  name: "region",
  judges: {},
  review: ({ plan }: Context) => {
    const moved = plan.changes.filter((change) => isLost(change) && isMovedToAnotherRegion(change));
    const [first] = moved;
    if (!first) return [];
    const tables = moved.filter(({ type }) => type === "aws_dynamodb_table").length;
    return [
      {
        rule: "region",
        severity: "stops",
        address: moved.length === 1 ? first.address : "the plan",
        reason: `moves ${moved.length} resources from ${show(pick(first.before, "region"))} to ${show(pick(first.after, "region"))}`,
        consequence: `Everything is deleted and made anew, empty, at other addresses: ${tables} tables with every item, keys, logs, APIs and the Function URL.`,
        remedy:
          "Make a new environment in the other region, copy the data, move the clients, and remove this one last.",
      },
    ];
  },
};
