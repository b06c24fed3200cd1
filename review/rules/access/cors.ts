import type { Finding, Severity } from "../../finding";
import { type Change, ofType } from "../../plan/plan";
import { isAbsent, items, pick, UNKNOWN, type Value } from "../../plan/value";
import { show } from "../../report/show";
import type { Context, Rule } from "../rule";

const BLOCKS: Readonly<Record<string, string>> = {
  aws_lambda_function_url: "cors",
  aws_apigatewayv2_api: "cors_configuration",
};

/** The lists that browsers compare with, and what a page cannot do when an item is gone. */
const LISTS = [
  { name: "allow_methods", breaks: "Pages can no longer call with that method." },
  { name: "allow_headers", breaks: "Browsers refuse every call of a page that sends that header, saves included." },
  { name: "expose_headers", breaks: "Pages can no longer read that header of an answer." },
];

/** Finds which pages of other origins may newly call, and which no longer can. */
export const cors: Rule = {
  name: "cors",
  judges: Object.fromEntries(Object.entries(BLOCKS).map(([type, block]) => [type, [block]])),
  review: ({ plan, told }: Context) =>
    Object.entries(BLOCKS).flatMap(([type, block]) =>
      ofType(plan, type)
        .filter(({ action, address }) => ["create", "update", "replace"].includes(action) && !told.has(address))
        .flatMap((change) => compare(change, pick(change.before, block), pick(change.after, block))),
    ),
};

function compare(change: Change, before: Value, after: Value): Finding[] {
  const about = { rule: "cors", address: change.address };
  if (after === UNKNOWN) return [];
  if (isAbsent(after) && !isAbsent(before))
    return [
      {
        ...about,
        severity: "stops",
        reason: "removes its CORS configuration",
        consequence: "Browsers refuse every call of a page of another origin.",
        remedy: "Keep the configuration.",
      },
    ];
  const gained = minus(strings(after, "allow_origins"), strings(before, "allow_origins"));
  const credentials = pick(after, "allow_credentials") === true;
  const findings = [...origins(about, before, after, gained, credentials)];
  if (change.action === "create") return findings;
  for (const { name, breaks } of LISTS) {
    const [more, fewer] = [strings(after, name), strings(before, name)];
    const [added, lost] = [minus(more, fewer), more.includes("*") ? [] : minus(fewer, more)];
    if (lost.length > 0)
      findings.push({
        ...about,
        severity: "asks",
        reason: `takes ${show(lost)} out of \`${name}\``,
        consequence: breaks,
        remedy: "Deploy pages that do without it first.",
      });
    if (added.length > 0)
      findings.push({
        ...about,
        severity: "notes",
        reason: `adds ${show(added)} to \`${name}\``,
        consequence: "Pages of the allowed origins may use it.",
        remedy: "None needed.",
      });
  }
  if (credentials !== (pick(before, "allow_credentials") === true))
    findings.push({
      ...about,
      severity: "asks",
      reason: credentials ? "allows credentials" : "no longer allows credentials",
      consequence: credentials
        ? "Pages of the allowed origins call with the visitor's cookies."
        : "Calls that carry cookies are refused by browsers.",
      remedy: "Leave it as it is, unless the API uses cookies.",
    });
  return findings;
}

function origins(
  about: Pick<Finding, "rule" | "address">,
  before: Value,
  after: Value,
  gained: readonly string[],
  credentials: boolean,
): Finding[] {
  const lost = minus(strings(before, "allow_origins"), strings(after, "allow_origins"));
  const any = gained.includes("*");
  const isNew = isAbsent(before);
  if (gained.length + lost.length === 0 || (isNew && !any)) return [];
  const severity: Severity = any && credentials ? "stops" : "asks";
  const consequences = [
    ...(any ? [`Every page on the internet may call${credentials ? ", with the visitor's cookies" : ""}.`] : []),
    ...(!any && gained.length > 0 ? [`Pages of ${show(gained)} may call.`] : []),
    ...(!any && lost.length > 0 ? [`Pages of ${show(lost)} are refused.`] : []),
  ];
  return [
    {
      ...about,
      severity,
      reason: [
        ...(gained.length > 0 ? [`lets in the origin ${show(gained)}`] : []),
        ...(lost.length > 0 ? [`takes out the origin ${show(lost)}`] : []),
      ].join(" and "),
      consequence: consequences.join(" "),
      remedy: any ? "List the exact origins." : "Check that each origin is yours.",
    },
  ];
}

function strings(value: Value, name: string): string[] {
  return items(pick(value, name)).map(String);
}

function minus(list: readonly string[], taken: readonly string[]): string[] {
  return list.filter((item) => !taken.includes(item));
}
