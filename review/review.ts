import { type Accepted, accept } from "./accepted";
import { type Finding, gravest, SEVERITIES, type Severity } from "./finding";
import type { Plan } from "./plan/plan";
import { rules } from "./rules";
import { findRenames } from "./rules/losses/renames";
import { toldElsewhere } from "./rules/losses/told";

export interface Review {
  readonly verdict: Severity | "nothing";
  readonly source: Plan["source"];
  readonly counts: {
    readonly created: number;
    readonly changed: number;
    readonly replaced: number;
    readonly destroyed: number;
  };
  /** Sorted by gravity, then in the order of the rules. */
  readonly findings: readonly Finding[];
}

export interface ReviewOptions {
  /** The number of items that each table holds, by address. */
  readonly items?: ReadonlyMap<string, number>;
  /** The stops that the code accepts, with their reasons. */
  readonly accepted?: readonly Accepted[];
}

/** Reviews a plan by every rule. */
export function review(plan: Plan, { items = new Map(), accepted = [] }: ReviewOptions = {}): Review {
  const renames = findRenames(plan);
  const context = { plan, renames, told: toldElsewhere(plan, renames), items };
  const found = accept(
    rules.flatMap((rule) => rule.review(context)),
    accepted,
  );
  const findings = together(isFirst(plan) ? found.filter(isNews) : found).toSorted(
    (one, other) => SEVERITIES.indexOf(one.severity) - SEVERITIES.indexOf(other.severity),
  );
  const count = (action: string) => plan.changes.filter((change) => change.action === action).length;
  return {
    verdict: gravest(findings.map(({ severity }) => severity)) ?? "nothing",
    source: plan.source,
    counts: {
      created: count("create"),
      changed: count("update"),
      replaced: count("replace"),
      destroyed: count("delete"),
    },
    findings,
  };
}

/** Everything in a first deployment is new, so only what a person has to agree to is worth a line. */
function isFirst(plan: Plan): boolean {
  return plan.changes.length > 1 && plan.changes.every(({ action }) => action === "create");
}

function isNews({ severity, rule }: Finding): boolean {
  return severity !== "notes" || rule === "new";
}

/** Puts findings together that say the same of several resources, so that seven log groups are one line. */
function together(findings: readonly Finding[]): Finding[] {
  const groups = new Map<string, Finding>();
  for (const finding of findings) {
    const { address, ...said } = finding;
    const key = JSON.stringify(said);
    const first = groups.get(key);
    groups.set(key, first ? { ...first, also: [...(first.also ?? []), address] } : finding);
  }
  return [...groups.values()];
}
