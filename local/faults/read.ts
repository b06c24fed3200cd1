import type * as z from "zod/mini";
import { StartError } from "../shared/errors";
import { isObject, parseJson } from "../shared/json";
import { ERRORS } from "./errors";
import { type Fault, type FaultScenario, KINDS_OF, type Service, scenario } from "./scenario";

/** The names that a scenario can use of the cloud that it is for. */
export interface Known {
  /** The functions: their names, and the shorter names of their bundles. */
  readonly functions: readonly { readonly name: string; readonly bundle: string }[];
  readonly operations: Readonly<Record<Service, readonly string[]>>;
}

/** A mistake in one value of the document. */
interface Problem {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/**
 * Reads a scenario. Functions are given by their full names in the result.
 *
 * @param source the file or option that it is from, for the error
 * @throws StartError that lists every mistake with its place, the value that is there and what to write instead
 */
export function readScenario(document: unknown, known: Known, source: string): FaultScenario {
  const { success, data, error } = scenario.safeParse(document);
  const problems = success
    ? data.faults.flatMap((fault, index) => problemsOf(fault, known, ["faults", index]))
    : error.issues.flatMap(flattened);
  if (!success || problems.length > 0)
    throw new StartError(
      [
        `${source} is not a scenario of faults:`,
        ...problems.map(({ path, message }) => `  ${placeOf(path)}: ${shown(valueAt(document, path))} ${message}`),
      ].join("\n"),
    );
  return { ...data, faults: data.faults.map((fault) => withFullName(fault, known)) };
}

/** Parses the text of a scenario file. @throws StartError if it is not JSON */
export function parseScenario(text: string, file: string): unknown {
  const document = parseJson(text);
  if (document === undefined) throw new StartError(`${file} is not JSON: docs/faults.md has a scenario to start from.`);
  return document;
}

/** Splits an issue about several unknown members into one problem for each. */
function flattened(issue: z.core.$ZodIssue): Problem[] {
  const { path, message } = issue;
  if (issue.code === "unrecognized_keys") return issue.keys.map((key) => ({ path: [...path, key], message }));
  return [{ path, message }];
}

function problemsOf({ when, what }: Fault, { functions, operations }: Known, path: readonly PropertyKey[]): Problem[] {
  const { service, operation } = when;
  const problems: Problem[] = [];
  const check = (fine: boolean, at: readonly string[], message: string) => {
    if (!fine) problems.push({ path: [...path, ...at], message });
  };
  const oneOf = (names: readonly string[]) => `write one of ${names.join(", ")}`;
  const kinds = KINDS_OF[service];
  check(kinds.includes(what.kind), ["what", "kind"], `does not happen to ${service}; ${oneOf(kinds)}`);
  if (what.kind === "error") {
    const errors = ERRORS[service];
    const error = errors.find(({ name }) => name === what.error);
    check(error !== undefined, ["what", "error"], `is not an error of ${service}; ${oneOf(errors.map(nameOf))}`);
    const only = error?.only;
    if (only && !only.includes(operation ?? ""))
      check(false, ["when", "operation"], `never answers ${what.error}; ${oneOf(only)}`);
  }
  if (service === "clock") {
    const { service: _, window, ...others } = when;
    const [other] = Object.keys(others);
    if (other !== undefined) check(false, ["when", other], "is nothing that the clock has; leave it out");
    check(window?.from !== undefined, ["when", "window"], 'has to say when the clock jumps, such as {"from": 60}');
    return problems;
  }
  const names = operations[service];
  if (operation !== undefined)
    check(names.includes(operation), ["when", "operation"], `is not an operation of ${service}; ${oneOf(names)}`);
  const { function: name, nth, window } = when;
  const callers = service === "lambda" ? [] : [DEVELOPER];
  const bundles = [...functions.map(({ bundle }) => bundle), ...callers];
  const isKnown = name === undefined || callers.includes(name) || functions.some((target) => isNamed(target, name));
  check(isKnown, ["when", "function"], `is not a function of the definition; ${oneOf(bundles)}`);
  if (typeof nth === "object") check(nth.from <= nth.to, ["when", "nth"], "ends before it begins; swap from and to");
  if (window?.from !== undefined && window.to !== undefined)
    check(window.from < window.to, ["when", "window"], "ends before it begins; swap from and to");
  return problems;
}

/** The name under which calls with the developer's key are known. */
const DEVELOPER = "developer";
const nameOf = ({ name }: { readonly name: string }) => name;
const isNamed = (target: Known["functions"][number], name: string) => target.name === name || target.bundle === name;

function withFullName(fault: Fault, { functions }: Known): Fault {
  const { when } = fault;
  const target = when.function && functions.find((candidate) => isNamed(candidate, String(when.function)));
  return target ? { ...fault, when: { ...when, function: target.name } } : fault;
}

/** Returns such as `faults[0].when.nth`. */
function placeOf(path: readonly PropertyKey[]): string {
  const place = path.map((key) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`)).join("");
  return place.replace(/^\./, "") || "the document";
}

function valueAt(document: unknown, path: readonly PropertyKey[]): unknown {
  let value = document;
  for (const key of path) value = isObject(value) || Array.isArray(value) ? Reflect.get(value, key) : undefined;
  return value;
}

/** The longest text of a value in an error. */
const MAX_SHOWN = 60;

function shown(value: unknown): string {
  const json = JSON.stringify(value) ?? "(missing)";
  return json.length > MAX_SHOWN ? `${json.slice(0, MAX_SHOWN)}…` : json;
}
