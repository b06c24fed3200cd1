import type { Finding } from "../../finding";
import { equal, isAbsent, pick, UNKNOWN } from "../../plan/value";
import { show } from "../../report/show";
import type { Context, Rule } from "../rule";
import { KINDS } from "./kinds";
import { isMovedToAnotherRegion } from "./region";

/**
 * Finds replacements that make the new one first where AWS allows one of a name only. `create_before_destroy` spreads
 * to everything a resource depends on, so nobody need have asked for it here.
 */
export const takenNames: Rule = {
  name: "taken-name",
  judges: {},
  review: ({ plan }: Context) =>
    plan.changes
      .filter((change) => change.action === "replace" && change.createsFirst && !isMovedToAnotherRegion(change))
      .flatMap((change): Finding[] => {
        const { identity, taken } = KINDS[change.type] ?? { identity: [] };
        const isTaken = identity.every((name) => {
          const after = pick(change.after, name);
          return after !== UNKNOWN && equal(pick(change.before, name), after);
        });
        if (!taken || identity.length === 0 || !isTaken) return [];
        const names = identity.map((name) => pick(change.after, name)).filter((value) => !isAbsent(value));
        return [
          {
            rule: "taken-name",
            severity: "stops",
            address: change.address,
            reason: `is made anew before the old one goes, under the same name ${show(names)}`,
            consequence: taken,
            remedy:
              "Give it another name, or take it out of what `create_before_destroy` spreads to: that is everything which a resource with it depends on.",
          },
        ];
      }),
};
