import { isList, isObject, items, type Value } from "../plan/value";

/** One statement of an IAM policy, with every list spelled out. */
export interface Statement {
  readonly effect: "Allow" | "Deny";
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  /** As `AWS:arn:…` or `Service:lambda.amazonaws.com`; `*` is everybody. A policy of a role has none: `["-"]`. */
  readonly principals: readonly string[];
  readonly conditions: readonly Condition[];
  /** The negated elements it uses, such as `NotAction`. What they allow cannot be listed. */
  readonly negated: readonly string[];
}

/** One test of a statement: all of them must hold, each for any of its values. */
export interface Condition {
  readonly operator: string;
  /** In lower case, as IAM compares it. */
  readonly key: string;
  readonly values: readonly string[];
}

/** The principal of a statement that has none, as in the policy of a role: whoever has the policy. */
const HOLDER = "-";

/**
 * Reads the text of an IAM policy. Spellings that mean the same become the same: one value and a list of one, `"*"` and
 * `{"AWS": "*"}`, an account and its root user.
 *
 * @returns undefined if the text is no policy.
 */
export function readPolicy(text: string): Statement[] | undefined {
  let document: Value;
  try {
    document = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isObject(document) || isList(document)) return undefined;
  const statements = items(document.Statement).filter(isObject);
  if (statements.length === 0 && document.Statement === undefined) return undefined;
  return statements.map((statement) => ({
    effect: statement.Effect === "Deny" ? "Deny" : "Allow",
    actions: strings(statement.Action),
    // A trust policy has no resource: it is about the role itself.
    resources: statement.Resource === undefined ? ["*"] : strings(statement.Resource),
    principals: principals(statement.Principal),
    conditions: conditions(statement.Condition),
    negated: ["NotAction", "NotResource", "NotPrincipal"]
      .filter((name) => statement[name] !== undefined)
      .map((name) => `${name} ${JSON.stringify(statement[name])}`),
  }));
}

function strings(value: Value): string[] {
  return items(value).map(String);
}

function principals(value: Value): string[] {
  if (value === undefined) return [HOLDER];
  if (!isObject(value)) return strings(value);
  return Object.entries(value).flatMap(([kind, names]) =>
    strings(names).map((name) => {
      if (kind !== "AWS") return `${kind}:${name}`;
      if (name === "*") return "*";
      const account = /^\d{12}$/.test(name) ? name : undefined;
      return account ? `AWS:arn:aws:iam::${account}:root` : `AWS:${name}`;
    }),
  );
}

function conditions(value: Value): Condition[] {
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([operator, tests]) =>
    isObject(tests)
      ? Object.entries(tests).map(([key, values]) => ({ operator, key: key.toLowerCase(), values: strings(values) }))
      : [],
  );
}
