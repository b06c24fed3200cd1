import type { Finding } from "../../finding";
import { ofType } from "../../plan/plan";
import { pick, text } from "../../plan/value";
import { show } from "../../report/show";
import type { Context, Rule } from "../rule";

/** AWS's own policies after which a role may do anything, or give itself that. */
const UNLIMITED = ["AdministratorAccess", "PowerUserAccess", "IAMFullAccess"];

/** Finds roles that get a policy which is written elsewhere. */
export const attachments: Rule = {
  name: "attachment",
  judges: { aws_iam_role_policy_attachment: ["policy_arn", "role"] },
  review: ({ plan, told }: Context) =>
    ofType(plan, "aws_iam_role_policy_attachment")
      .filter(({ action, address }) => ["create", "replace"].includes(action) && !told.has(address))
      .map(({ address, after, written }): Finding => {
        const policy = text(after, "policy_arn") ?? text(written, "policy_arn");
        const isUnlimited = UNLIMITED.some((name) => policy?.endsWith(`:policy/${name}`));
        return {
          rule: "attachment",
          severity: isUnlimited ? "stops" : "asks",
          address,
          reason: `gives the role ${show(pick(after, "role"))} the policy ${show(policy)}`,
          consequence: isUnlimited
            ? "Whoever has the role may do anything."
            : "What it allows is not in this plan, and may change without one.",
          remedy: "Write the exact actions and resources into the role's own policy.",
        };
      }),
};
