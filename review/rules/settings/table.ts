import type { Finding } from "../../finding";
import { type Change, ofType } from "../../plan/plan";
import { isAbsent, isObject, pick, UNKNOWN, type Value } from "../../plan/value";
import { show } from "../../report/show";
import { settled } from "../references";
import type { Context, Row, Rule } from "../rule";

/** Makes a rule of rows. A judged attribute whose new value is not known yet is asked about: nobody can tell. */
export function table(name: string, rows: readonly Row[]): Rule {
  const types = new Set(rows.map(({ type }) => type));
  const judged = (type: string) =>
    rows.filter((row) => row.type === type).map(({ attribute }) => attribute.split(".")[0] ?? attribute);
  const judges = Object.fromEntries([...types].map((type) => [type, judged(type)]));
  return {
    name,
    judges,
    review: (context) => [...rows.flatMap((row) => judge(name, row, context)), ...undecided(name, rows, context)],
  };
}

function judge(rule: string, row: Row, context: Context): Finding[] {
  return ofType(context.plan, row.type)
    .filter((change) => isJudged(change, row) && !context.told.has(change.address))
    .flatMap((change): Finding[] => {
      const [before, after] = [pick(change.before, row.attribute), settled(context, change, row.attribute)];
      if (!row.when(before, after, change)) return [];
      return [
        {
          rule,
          severity: typeof row.severity === "function" ? row.severity(change) : row.severity,
          address: change.address,
          reason: difference(row.attribute, before, after),
          consequence: row.consequence,
          remedy: row.remedy,
        },
      ];
    });
}

function isJudged(change: Change, row: Row): boolean {
  return ["update", "replace"].includes(change.action) || (row.alsoNew === true && change.action === "create");
}

/** Says how an attribute changes, as the end of a sentence. */
export function difference(attribute: string, before: Value, after: Value): string {
  if (isAbsent(before) || before === "") return `sets \`${attribute}\` to ${show(after)}`;
  if (isAbsent(after)) return `removes \`${attribute}\`, which was ${show(before)}`;
  if (isObject(before) || isObject(after)) return `changes \`${attribute}\``;
  return `changes \`${attribute}\` from ${show(before)} to ${show(after)}`;
}

function undecided(rule: string, rows: readonly Row[], context: Context): Finding[] {
  const attributes = new Map(rows.map((row) => [`${row.type} ${row.attribute}`, row]));
  return [...attributes.values()].flatMap(({ type, attribute }) =>
    ofType(context.plan, type)
      .filter(({ action, address }) => action === "update" && !context.told.has(address))
      // An attribute that the configuration does not write is computed: it says nothing about what somebody wants.
      .filter((change) => pick(change.written, attribute) !== undefined)
      .filter((change) => settled(context, change, attribute) === UNKNOWN)
      .map(({ address }) => ({
        rule,
        severity: "asks" as const,
        address,
        reason: `sets \`${attribute}\` to a value that is known only after the apply`,
        consequence: "The plan does not say what it becomes, so nobody can review it.",
        remedy: "Write the value itself, or apply what it depends on first and plan again.",
      })),
  );
}
