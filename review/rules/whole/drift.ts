import type { Finding } from "../../finding";
import type { Change } from "../../plan/plan";
import { equal, isObject, pick } from "../../plan/value";
import type { Context, Rule } from "../rule";

/** Names what was changed outside Terraform since the last apply; the values are in Terraform's own plan. */
export const drift: Rule = {
  name: "drift",
  judges: {},
  review: ({ plan }: Context) => plan.drift.filter(({ action }) => action !== "none").map(driftOf),
};

function driftOf({ address, action, before, after }: Change): Finding {
  if (action === "delete")
    return {
      rule: "drift",
      severity: "asks",
      address,
      reason: "was deleted outside Terraform",
      consequence: "If the code still has it, the apply makes a new one: empty, and at another address.",
      remedy: "Find out who deleted it. Restore it and import it, if anything was in it.",
    };
  const names = isObject(after)
    ? Object.keys(after).filter((name) => !equal(pick(before, name), pick(after, name)))
    : [];
  return {
    rule: "drift",
    severity: "notes",
    address,
    reason: `was changed outside Terraform${names.length > 0 ? `: ${names.map((name) => `\`${name}\``).join(", ")}` : ""}`,
    consequence: "The apply sets back what the code says.",
    remedy: "Put the change into the code if it was meant.",
  };
}
