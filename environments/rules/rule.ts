/** The vocabulary the rules of an environment are written in: each rule reports everything it finds wrong. */
import { inspect } from "node:util";
import { closest } from "./closest";

/** What is wrong with one value: where it stands, what it is (cut short), and what to write instead. */
export interface Problem {
  /** Such as `staging.cors.allowedOrigins[1]`. */
  readonly path: string;
  readonly value: string;
  readonly message: string;
}

/** Says everything that is wrong with a value of any shape; it never throws. */
export type Rule = (value: unknown, path: string) => readonly Problem[];

/** How a value is shown in a problem: on one line and at most 80 characters long. */
function shown(value: unknown): string {
  const text =
    typeof value === "string"
      ? JSON.stringify(value.slice(0, 80))
      : inspect(value, { depth: 1, breakLength: Infinity, compact: true, customInspect: false }).replace(/\s+/g, " ");
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

export function problem(path: string, value: unknown, message: string): Problem {
  return { path, value: shown(value), message };
}

/** A rule that finds at most one thing wrong: `check` returns the message, or nothing when the value is good. */
function rule(check: (value: unknown) => string | undefined): Rule {
  return (value, path) => {
    const message = check(value);
    return message === undefined ? [] : [problem(path, value, message)];
  };
}

/** Text, about which `check` may have more to say; a value that is missing is judged as empty text. */
export function text(check: (value: string) => string | undefined): Rule {
  return rule((value) => {
    if (typeof value === "string") return check(value);
    return value === undefined ? (check("") ?? "is missing") : "is not text; write it in quotes";
  });
}

export const yesOrNo: Rule = rule((value) =>
  typeof value === "boolean" ? undefined : "is neither true nor false; write one of them",
);

/** A whole number from `minimum` to `maximum`; `why` explains the bounds. */
export function wholeNumber(minimum: number, maximum: number, why: string): Rule {
  return rule((value) =>
    typeof value === "number" && Number.isInteger(value) && value >= minimum && value <= maximum
      ? undefined
      : `is not a whole number from ${minimum} to ${maximum}; ${why}`,
  );
}

/** One of `allowed`; in place of a typing mistake the one that was meant is suggested. */
export function oneOf(allowed: readonly (string | number)[]): Rule {
  return rule((value) => {
    if (allowed.some((one) => one === value)) return undefined;
    const meant = allowed.find((one) => String(one) === closest(value, allowed.map(String)));
    return `is not one of ${allowed.map(shown).join(", ")}; write ${meant === undefined ? "one of them" : shown(meant)}`;
  });
}

/** Every entry follows `entry`, none occurs twice, and there are at most `maximum`. */
export function list(entry: Rule, maximum: number, source: string): Rule {
  return (value, path) => {
    if (!Array.isArray(value)) return [problem(path, value, "is not a list; write [ ]")];
    const entries: readonly unknown[] = Array.from(value);
    const tooMany =
      entries.length > maximum
        ? [{ path, value: `${entries.length} entries`, message: `are too many; ${source} takes ${maximum}` }]
        : [];
    return [
      ...tooMany,
      ...entries.flatMap((one, index) => {
        const first = entries.findIndex((other) => Object.is(other, one));
        const repeated = `repeats ${path}[${first}]; remove one of them`;
        return first === index ? entry(one, `${path}[${index}]`) : [problem(`${path}[${index}]`, one, repeated)];
      }),
    ];
  };
}

/** An object with exactly the fields of T, each following its rule. A field that is missing is read as undefined. */
export function fields<T>(rules: { readonly [Field in keyof T]-?: Rule }): Rule {
  const known = Object.entries<Rule>(rules);
  const names = known.map(([name]) => name);
  return (value, path) => {
    if (!isRecord(value)) return [problem(path, value, `is not an object; write { ${names.join(", ")} }`)];
    const unknown = Object.keys(value).filter((name) => !names.includes(name));
    return [
      ...known.flatMap(([name, rule]) => rule(Object.hasOwn(value, name) ? value[name] : undefined, at(path, name))),
      ...unknown.map((name) => problem(at(path, name), value[name], unknownField(name, names))),
    ];
  };
}

function unknownField(name: string, names: readonly string[]): string {
  const nearest = closest(name, names);
  return nearest === undefined
    ? `is in an unknown field; remove it, or write one of ${names.join(", ")}`
    : `is in an unknown field; did you mean ${nearest}?`;
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** `staging.tags.Owner`, and `staging.tags["cost centre"]` for a name that needs quotes. */
export function at(path: string, name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? `${path}.${name}` : `${path}[${shown(name)}]`;
}
