import type { Finding } from "../../finding";
import { type Change, isLost } from "../../plan/plan";
import { pick } from "../../plan/value";
import { show } from "../../report/show";
import type { Context, Rule } from "../rule";
import { kindOf } from "./kinds";

/** Terraform's reasons as the end of a sentence. It may add some: an unknown one says nothing. */
const REASONS: Readonly<Record<string, string>> = {
  replace_because_tainted: "because an earlier apply left it half-made",
  replace_by_request: "because somebody asked for it with `-replace`",
  replace_by_triggers: "because something it names in `replace_triggered_by` changes",
  delete_because_no_resource_config: "because its block left the code, and any `prevent_destroy` with it",
  delete_because_count_index: "because there are fewer of it",
  delete_because_each_key: "because its key left the list",
  delete_because_no_module: "because its module left the code",
  delete_because_wrong_repetition: "because it is counted in another way",
  delete_because_no_move_target: "because its `moved` block names nothing",
};

/** Finds what is destroyed or replaced, and says what is lost with it. */
export const losses: Rule = {
  name: "losses",
  judges: {},
  review: ({ plan, told, items }: Context) =>
    plan.changes
      .filter((change) => isLost(change) && !told.has(change.address))
      .flatMap((change) => loss(change, items)),
};

function loss(change: Change, counts: Context["items"]): Finding[] {
  const { address, action, type } = change;
  const kind = kindOf(change);
  if (change.deposed !== undefined) {
    const holds = kind.destroyed === "stops";
    return [
      {
        rule: "deposed",
        severity: holds ? "stops" : "notes",
        address,
        reason: "has remains of an interrupted replacement, which are deleted",
        consequence: holds ? `What took its place is new and empty. ${kind.lost}` : "What took its place stays.",
        remedy: holds ? "Copy what it holds before." : "None needed.",
      },
    ];
  }
  const severity = action === "replace" ? kind.replaced : kind.destroyed;
  if (severity === "silent") return [];
  const count = counts.get(address);
  const held = count === undefined ? "" : ` It holds about ${count} items.`;
  const refused =
    pick(change.before, "deletion_protection_enabled") === true
      ? " AWS refuses while deletion protection is on: the apply stops half-way."
      : "";
  return [
    {
      rule: action === "replace" ? "replaced" : "destroyed",
      severity,
      address,
      reason: `${action === "replace" ? "is deleted and made anew" : "is deleted"}, ${why(change)}`,
      consequence: `${kind.lost}${held}${refused}`,
      remedy:
        type === "aws_dynamodb_table" && action === "delete"
          ? `${kind.remedy} With point-in-time recovery on, AWS keeps a deleted table for 35 days, to be restored under another name.`
          : kind.remedy,
    },
  ];
}

function why({ action, reason, forcedBy, before, after }: Change): string {
  if (forcedBy.length > 0)
    return `because ${forcedBy
      .map((path) => `\`${path}\` changes${path.includes(".") ? "" : values(pick(before, path), pick(after, path))}`)
      .join(" and ")}`;
  if (reason === undefined && action === "delete") return "as `-destroy` asks";
  return (reason && REASONS[reason]) ?? "without a reason given";
}

/** Shows both values if they are short: a policy is not. */
function values(before: ReturnType<typeof pick>, after: ReturnType<typeof pick>): string {
  const isShort = (value: typeof before) => typeof value !== "string" || value.length <= 80;
  return isShort(before) && isShort(after) ? ` from ${show(before)} to ${show(after)}` : "";
}
