import { isObject, type Json, type JsonObject } from "../shared/json";

// Patterns by which Lambda lets events through; see
// https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html#filtering-syntax

/** The most characters of a pattern. */
const LONGEST = 4096;

/** Says what is wrong with a pattern, as the end of a sentence; undefined if it is one and emulated. */
export function patternProblem(pattern: JsonObject): string | undefined {
  if (JSON.stringify(pattern).length > LONGEST) return `is longer than ${LONGEST} characters`;
  for (const [key, wanted] of Object.entries(pattern)) {
    if (key.startsWith("$")) return `has "${key}", which is not emulated`;
    if (isObject(wanted)) {
      const problem = patternProblem(wanted);
      if (problem !== undefined) return problem;
    } else if (!Array.isArray(wanted) || wanted.length === 0)
      return `has neither a list of values nor an object at "${key}"`;
    else {
      const unknown = wanted.find((matcher: Json) => matcherOf(matcher) === undefined);
      if (unknown !== undefined) return `has ${JSON.stringify(unknown)} at "${key}", which is not emulated`;
    }
  }
  return undefined;
}

/** Returns whether an event matches all that a pattern says. */
export function matches(pattern: JsonObject, event: Json | undefined): boolean {
  return Object.entries(pattern).every(([key, wanted]) => {
    const value = isObject(event) && Object.hasOwn(event, key) ? event[key] : undefined;
    if (isObject(wanted)) return matches(wanted, value);
    // Only leaves are compared: an object in the place of one counts as nothing.
    const leaves: readonly (Json | undefined)[] = Array.isArray(value) ? value : [isObject(value) ? undefined : value];
    const matchers: readonly Json[] = Array.isArray(wanted) ? wanted : [];
    return matchers.some((matcher) => leaves.some((leaf) => matcherOf(matcher)?.(leaf) === true));
  });
}

type Matcher = (leaf: Json | undefined) => boolean;

/** Returns the test that an item of a pattern's list stands for; undefined if it is not known. */
function matcherOf(item: Json): Matcher | undefined {
  if (!isObject(item)) return Array.isArray(item) ? undefined : (leaf) => leaf === item;
  const [[kind, value] = ["", null], ...others] = Object.entries(item);
  return others.length > 0 ? undefined : MATCHERS[kind]?.(value);
}

const text = (value: Json, test: (leaf: string, value: string) => boolean): Matcher | undefined =>
  typeof value === "string" ? (leaf) => typeof leaf === "string" && test(leaf, value) : undefined;

const MATCHERS: Readonly<Record<string, (value: Json) => Matcher | undefined>> = {
  prefix: (value) => text(value, (leaf, start) => leaf.startsWith(start)),
  suffix: (value) => text(value, (leaf, end) => leaf.endsWith(end)),
  "equals-ignore-case": (value) => text(value, (leaf, other) => leaf.toLowerCase() === other.toLowerCase()),
  exists: (value) => (typeof value === "boolean" ? (leaf) => (leaf !== undefined) === value : undefined),
  "anything-but": (value) => {
    const inner = isObject(value) ? matcherOf(value) : undefined;
    if (isObject(value)) return inner && ((leaf) => leaf !== undefined && !inner(leaf));
    const list: readonly Json[] = Array.isArray(value) ? value : [value];
    return (leaf) => leaf !== undefined && !list.includes(leaf);
  },
  // Numbers of DynamoDB's items are texts: no numeric test ever holds for them, as on AWS.
  numeric: (value) => {
    if (!Array.isArray(value) || value.length === 0 || value.length % 2 !== 0) return undefined;
    const tests: ((leaf: number) => boolean)[] = [];
    for (let index = 0; index < value.length; index += 2) {
      const compare = COMPARISONS[String(value[index])];
      const bound: unknown = value[index + 1];
      if (!compare || typeof bound !== "number") return undefined;
      tests.push((leaf) => compare(leaf, bound));
    }
    return (leaf) => typeof leaf === "number" && tests.every((test) => test(leaf));
  },
};

const COMPARISONS: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  "=": (a, b) => a === b,
  "<": (a, b) => a < b,
  "<=": (a, b) => a <= b,
  ">": (a, b) => a > b,
  ">=": (a, b) => a >= b,
};
