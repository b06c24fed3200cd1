import type { Finding } from "../../finding";
import type { Context, Rule } from "../rule";

const THE_PLAN = "the plan";

/** Finds what keeps the reviewer from saying anything about the rest. It must never call fine what it cannot read. */
export const incomplete: Rule = {
  name: "incomplete",
  judges: {},
  review: ({ plan }: Context): Finding[] => {
    const about = { rule: "incomplete", address: THE_PLAN };
    const errored: Finding = {
      ...about,
      severity: "stops",
      reason: "ended with an error, and is not complete",
      consequence:
        "It cannot be applied. Terraform refused something, such as the deletion of what `prevent_destroy` guards; more may be wrong behind it.",
      remedy: "Read Terraform's error. Do not take `prevent_destroy` away to make it pass.",
    };
    const partial: Finding = {
      ...about,
      severity: "asks",
      reason: "is not complete: it was made with `-target`, or something had to wait",
      consequence: "What is left out was not reviewed.",
      remedy: "Plan without `-target`.",
    };
    return [
      ...(plan.errored ? [errored] : []),
      ...(!plan.errored && !plan.complete ? [partial] : []),
      ...plan.unjudged.map(
        (what): Finding => ({
          ...about,
          severity: "asks",
          reason: `holds ${what}, which this reviewer cannot judge`,
          consequence: "It may change the cloud without a line in this review.",
          remedy: "Read Terraform's own plan.",
        }),
      ),
      ...plan.failedChecks.map(
        (check): Finding => ({
          ...about,
          severity: "asks",
          reason: `has a check that fails: \`${check}\``,
          consequence: "Terraform applies the plan all the same.",
          remedy: "Find out why it fails.",
        }),
      ),
      ...plan.changes
        .filter(({ action }) => action === "unreadable")
        .map(
          ({ address, actions }): Finding => ({
            rule: "incomplete",
            severity: "stops",
            address,
            reason: `has the actions \`${actions.join(", ")}\`, which this reviewer does not know`,
            consequence: "It may be deleted.",
            remedy: "Use the Terraform version this reviewer was made for (1.11), or teach it the action.",
          }),
        ),
    ];
  },
};
