import { type Finding, gravest } from "../../finding";
import type { Change, Plan } from "../../plan/plan";
import { equal, isObject, pick, UNKNOWN } from "../../plan/value";
import { show } from "../../report/show";
import type { Context, Rename, Rule } from "../rule";
import { kindOf } from "./kinds";

/**
 * Pairs what the plan deletes with what it creates. Terraform sees two unrelated changes when an id in the code
 * changes; they are one thing if AWS would tell them by the same name, or, where it gives none, if all else is equal.
 */
export function findRenames(plan: Plan): Rename[] {
  const created = plan.changes.filter(({ action }) => action === "create");
  const deleted = plan.changes.filter(({ action, deposed }) => action === "delete" && deposed === undefined);
  return deleted.flatMap((from) => {
    const to = created.find((change) => change.type === from.type && isSame(from, change));
    if (to) created.splice(created.indexOf(to), 1);
    return to ? [{ from, to }] : [];
  });
}

function isSame(from: Change, to: Change): boolean {
  const { identity } = kindOf(from);
  const known = identity.filter((name) => pick(to.after, name) !== UNKNOWN);
  if (!known.every((name) => equal(pick(from.before, name), pick(to.after, name)))) return false;
  // A name that is known whole decides. Half a name, or none, needs everything else to be equal.
  return (identity.length > 0 && known.length === identity.length) || hasEqualAttributes(from, to);
}

function hasEqualAttributes({ before }: Change, { after }: Change): boolean {
  if (!isObject(before) || !isObject(after)) return false;
  return Object.entries(after).every(
    ([name, value]) => value === UNKNOWN || equal(before[name], known(value, before[name])),
  );
}

/** Takes the old value wherever the new one is not known, so that both can be compared. */
function known(value: Change["after"], old: Change["before"]): Change["before"] {
  if (value === UNKNOWN) return old;
  if (Array.isArray(value)) return value.map((item, index) => known(item, Array.isArray(old) ? old[index] : undefined));
  if (isObject(value))
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [name, known(item, isObject(old) ? old[name] : undefined)]),
    );
  return value;
}

/** Tells a new id in the code from a loss, and writes the `moved` block. */
export const renames: Rule = {
  name: "renamed",
  judges: {},
  review: ({ renames, told }: Context) => {
    const graves = renames.filter(({ from }) => kindOf(from).destroyed === "stops" && !told.has(from.address));
    const others = renames.filter((rename) => !graves.includes(rename));
    const findings = graves.map((rename) => finding([rename]));
    return others.length > 0 ? [...findings, finding(others)] : findings;
  },
};

function finding(renames: readonly Rename[]): Finding {
  const kinds = renames.map(({ from }) => kindOf(from));
  const severity = gravest(kinds.map(({ destroyed }) => destroyed).filter((grave) => grave !== "silent")) ?? "notes";
  const [first] = renames.toSorted((one, other) => rank(one, severity) - rank(other, severity));
  const { from, to } = first as Rename;
  const more = renames.length === 1 ? "" : ` and ${renames.length - 1} more with it`;
  const { lost, taken } = kindOf(from);
  return {
    rule: "renamed",
    severity,
    address: from.address,
    reason: `only gets the new address ${show(to.address)}${more}, which Terraform takes as a deletion and a creation`,
    consequence: `${lost}${taken ? " Where the creation comes first, it fails: the name is taken." : ""}`,
    remedy: "Nothing has to go: tell Terraform of the new address, in the stack's constructor.",
    code: moved(renames),
  };
}

function rank({ from }: Rename, severity: Finding["severity"]): number {
  return kindOf(from).destroyed === severity ? 0 : 1;
}

/** Writes Terraform's `moved` blocks as CDKTF takes them. */
function moved(renames: readonly Rename[]): string {
  const lines = renames.map(({ from, to }) => `  { from: "${from.address}", to: "${to.address}" },`);
  return ['this.addOverride("moved", [', ...lines, "]);"].join("\n");
}
