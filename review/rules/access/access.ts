import type { Finding, Severity } from "../../finding";
import { type Change, isChanged, ofType } from "../../plan/plan";
import { isAbsent, pick, text, UNKNOWN } from "../../plan/value";
import { readPolicy, type Statement } from "../../policy/document";
import { type Atom, widening } from "../../policy/widening";
import { show } from "../../report/show";
import { settled } from "../references";
import type { Context, Rule } from "../rule";
import { dangerOf, isWithoutResources } from "./dangerous-actions";

/** The places of policies. What a policy is about decides what its wildcards mean. */
const POLICIES = [
  { type: "aws_iam_role_policy", attribute: "policy", about: "holder" },
  { type: "aws_iam_policy", attribute: "policy", about: "holder" },
  { type: "aws_iam_user_policy", attribute: "policy", about: "holder" },
  { type: "aws_iam_group_policy", attribute: "policy", about: "holder" },
  { type: "aws_iam_role", attribute: "assume_role_policy", about: "resource" },
  { type: "aws_kms_key", attribute: "policy", about: "resource" },
  { type: "aws_kms_key_policy", attribute: "policy", about: "resource" },
  { type: "aws_ecr_repository_policy", attribute: "policy", about: "resource" },
  { type: "aws_ecr_registry_policy", attribute: "policy", about: "resource" },
  { type: "aws_dynamodb_resource_policy", attribute: "policy", about: "resource" },
  { type: "aws_s3_bucket_policy", attribute: "policy", about: "resource" },
  { type: "aws_sqs_queue", attribute: "policy", about: "resource" },
  { type: "aws_sqs_queue_policy", attribute: "policy", about: "resource" },
  { type: "aws_sns_topic", attribute: "policy", about: "resource" },
  { type: "aws_sns_topic_policy", attribute: "policy", about: "resource" },
  { type: "aws_secretsmanager_secret_policy", attribute: "policy", about: "resource" },
  { type: "aws_cloudwatch_log_resource_policy", attribute: "policy_document", about: "resource" },
] as const;
type About = (typeof POLICIES)[number]["about"];

/** Finds who may newly do what by a policy, and what is no longer allowed. */
export const access: Rule = {
  name: "access",
  judges: Object.fromEntries(POLICIES.map(({ type, attribute }) => [type, [attribute]])),
  review: (context: Context) =>
    POLICIES.flatMap(({ type, attribute, about }) =>
      ofType(context.plan, type)
        .filter((change) => isChanged(change) && !["delete", "forget"].includes(change.action))
        .flatMap((change) => {
          const before = context.renames.find(({ to }) => to === change)?.from.before ?? change.before;
          return compare(context, change, text(before, attribute), attribute, about);
        }),
    ),
};

function compare(
  context: Context,
  change: Change,
  before: string | undefined,
  attribute: string,
  about: About,
): Finding[] {
  const finding = { rule: "access", address: change.address };
  const after = settled(context, change, attribute);
  if (isAbsent(after) || after === "") return [];
  // The provider computes what the configuration does not write, from what it does write.
  if (after === UNKNOWN && pick(change.written, attribute) === undefined && context.plan.source === "terraform")
    return [];
  const young = typeof after === "string" ? readPolicy(after) : undefined;
  const old = before === undefined ? [] : readPolicy(before);
  if (!young || !old) return [unreadable(finding, attribute)];
  const { allowed, noLongerDenied } = widening(old, young);
  return [
    ...grouped(allowed)
      .map((atoms) => widened(finding, atoms, about, before === undefined))
      .filter((found) => found !== undefined),
    ...noLongerDenied.map(
      (atom): Finding => ({
        ...finding,
        severity: "asks",
        reason: `no longer denies ${show(atom.action)} on ${show(atom.resource)}`,
        consequence: "Whoever another policy allows it may do it now.",
        remedy: "Keep the denial.",
      }),
    ),
    ...narrowed(finding, young, old),
  ];
}

function unreadable(finding: Pick<Finding, "rule" | "address">, attribute: string): Finding {
  return {
    ...finding,
    severity: "asks",
    reason: `gets a \`${attribute}\` that cannot be read from the plan`,
    consequence: "Nobody can tell who may do what after it.",
    remedy: "Write the policy as JSON in the code, without a data source.",
  };
}

/** Puts atoms together that differ in the action only, so that one statement is one finding. */
function grouped(atoms: readonly Atom[]): Atom[][] {
  const groups = new Map<string, Atom[]>();
  for (const atom of atoms) {
    const key = JSON.stringify([atom.resource, atom.principal, atom.conditions, atom.negated]);
    groups.set(key, [...(groups.get(key) ?? []), atom]);
  }
  return [...groups.values()];
}

function widened(
  finding: Pick<Finding, "rule" | "address">,
  atoms: readonly Atom[],
  about: About,
  isNew: boolean,
): Finding | undefined {
  const [atom] = atoms as readonly [Atom, ...Atom[]];
  const actions = atoms.map(({ action }) => action);
  const { severity, remedy } = judge(atoms, about, isNew);
  // A new role with its function is trusted by Lambda: its creation is the news.
  if (isNew && severity === "notes" && about === "resource") return undefined;
  const who = atom.principal === "-" ? "" : ` ${atom.principal === "*" ? "anybody" : show(atom.principal)}`;
  const what = atom.negated.length > 0 ? `everything outside ${show(atom.negated.join(", "))}` : show(actions);
  const where = about === "holder" ? ` on ${show(atom.resource)}` : "";
  const under = atom.conditions.length > 0 ? ", under conditions" : "";
  const dangers = [
    ...new Set((isTrust(actions) ? [] : actions).map(dangerOf).filter((danger) => danger !== undefined)),
  ];
  return {
    ...finding,
    severity,
    reason: `allows${who} ${what}${where}${under}`,
    consequence: dangers.length > 0 ? dangers.join(" ") : "Nobody was allowed that by this policy before.",
    remedy,
  };
}

function judge(atoms: readonly Atom[], about: About, isNew: boolean): { severity: Severity; remedy: string } {
  const [atom] = atoms as readonly [Atom, ...Atom[]];
  const actions = atoms.map(({ action }) => action);
  if (atom.negated.length > 0)
    return { severity: "stops", remedy: "List what is allowed: a negation also allows what does not exist yet." };
  if (atom.principal === "*")
    return { severity: atom.conditions.length === 0 ? "stops" : "asks", remedy: "Name the principals." };
  if (actions.includes("*")) return { severity: "stops", remedy: "List the actions." };
  if (about === "holder" && atom.resource === "*" && !actions.every(isWithoutResources))
    return { severity: "stops", remedy: "Name the resources by their ARNs." };
  const isHarmless =
    isNew &&
    !actions.some((action) => action.includes("*")) &&
    (isTrust(actions) || !actions.some((action) => dangerOf(action) !== undefined));
  const isOwnAccount = about === "resource" && isNew && /:root$/.test(atom.principal);
  if ((isHarmless && (about === "holder" || atom.principal.startsWith("Service:"))) || isOwnAccount)
    return { severity: "notes", remedy: "None needed." };
  return { severity: "asks", remedy: "Allow the exact actions on the exact resources that the code uses." };
}

/** In a trust policy this action says who the role is for, and nothing else. */
function isTrust(actions: readonly string[]): boolean {
  return actions.every((action) => action.startsWith("sts:AssumeRole"));
}

function narrowed(
  finding: Pick<Finding, "rule" | "address">,
  young: readonly Statement[],
  old: readonly Statement[],
): Finding[] {
  return grouped(widening(young, old).allowed).map((atoms) => ({
    ...finding,
    severity: "notes",
    reason: `no longer allows ${show(atoms.map(({ action }) => action))} on ${show(atoms[0]?.resource)}`,
    consequence: "Code that still does it is refused.",
    remedy: "Deploy code that does without it first.",
  }));
}
