import type { Finding } from "../../finding";
import type { Context, Rule } from "../rule";
import { kindOf } from "./kinds";

/**
 * Finds resources whose `prevent_destroy` leaves the code while they stay. A plan does not show that at all: it says
 * "no changes", and the next plan may destroy. Only two synthesized stacks tell.
 */
export const guards: Rule = {
  name: "guard",
  judges: {},
  review: ({ plan }: Context) => {
    const { guarded } = plan;
    if (!guarded) return [];
    const kept = new Map(
      plan.changes.filter(({ action }) => action !== "delete").map((change) => [change.address, change]),
    );
    return [...guarded.before]
      .filter((address) => kept.has(address) && !guarded.after.has(address))
      .map((address): Finding => {
        const change = kept.get(address);
        return {
          rule: "guard",
          severity: "asks",
          address,
          reason: "is no longer guarded by `prevent_destroy`",
          consequence:
            `The next plan may destroy it, and Terraform will not refuse. ${change ? kindOf(change).lost : ""}`.trim(),
          remedy: "Keep the guard.",
        };
      });
  },
};
