/** The door to everything below: an environment that passes can be synthesized, and AWS will accept its values. */
import type * as z from "zod";
import { type Environment, environmentSchema } from "./environment";
import { isRecord, shown } from "./fields";
import { isName, prefixMistake, stackNames } from "./names";
import { project } from "./project";

/** A mistake in one value: where it stands, what the value is (cut short), and what to write instead. */
export interface Problem {
  /** The path of the field, such as `staging.cors.allowedOrigins[1]`. */
  readonly path: string;
  readonly value: string;
  readonly message: string;
}

/** Returns everything that is wrong with the environments, whatever they are; nothing when they can be used. */
export function validate(environments: unknown): readonly Problem[] {
  try {
    return [...prefixProblems(), ...environmentProblems(environments)];
  } catch {
    // Getters and proxies run code of their own.
    return [
      { path: "environments", value: "a getter or proxy", message: "throws when it is read; write plain values" },
    ];
  }
}

/**
 * Returns the environments, when nothing is wrong with them.
 *
 * @throws Error that lists every problem, one a line.
 */
export function checked(environments: readonly Environment[]): readonly Environment[] {
  const problems = validate(environments);
  if (problems.length === 0) return environments;
  const lines = problems.map(({ path, value, message }) => `  ${path}: ${value} ${message}`);
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  throw new Error(`${count} in environments/\n${lines.join("\n")}`);
}

function prefixProblems(): readonly Problem[] {
  const mistake = prefixMistake(project.prefix);
  return mistake === undefined ? [] : [problem("project.prefix", project.prefix, mistake)];
}

function environmentProblems(environments: unknown): readonly Problem[] {
  if (!Array.isArray(environments) || environments.length === 0)
    return [problem("environments", environments, "is not a list of environments; write at least one")];
  const entries: readonly unknown[] = Array.from(environments);
  const found = entries.flatMap((entry, index) => {
    const { error } = environmentSchema.safeParse(entry, { reportInput: true });
    return error?.issues.flatMap((issue) => problemsOf(issue, nameOf(entry) ?? `environments[${index}]`)) ?? [];
  });
  return [...found, ...clashes(entries)];
}

/** Returns the problems that an issue of zod's stands for, of a value that stands at `parent`. */
function problemsOf({ path, message, input, ...issue }: z.core.$ZodIssue, parent: string): readonly Problem[] {
  const place = placeOf(parent, path);
  switch (issue.code) {
    case "unrecognized_keys": {
      // The message has a line for each of them.
      const messages = message.split("\n");
      const values: Readonly<Record<string, unknown>> = Object(input);
      return issue.keys.map((key, index) => problem(placeOf(place, [key]), values[key], messages[index] ?? message));
    }
    case "invalid_union":
      // The object is the alternative that is meant by whoever writes one.
      if (!isRecord(input)) break;
      return (issue.errors.at(-1) ?? []).flatMap((inner) => problemsOf(inner, place));
    case "custom": {
      const { shown, repeats }: { shown?: string; repeats?: number } = issue.params ?? {};
      if (shown !== undefined) return [{ path: place, value: shown, message }];
      if (repeats === undefined) break;
      const first = placeOf(parent, [...path.slice(0, -1), repeats]);
      return [problem(place, input, `repeats ${first}; remove one of them`)];
    }
  }
  return [problem(place, input, message)];
}

function problem(path: string, value: unknown, message: string): Problem {
  return { path, value: shown(value), message };
}

/** Returns such as `staging.tags.Owner`, and `staging.tags["cost centre"]` for a name that needs quotes. */
function placeOf(parent: string, path: readonly PropertyKey[]): string {
  const step = (key: PropertyKey) => (/^[A-Za-z_]\w*$/.test(String(key)) ? `.${String(key)}` : `[${shown(key)}]`);
  return `${parent}${path.map(step).join("")}`;
}

function nameOf(environment: unknown): string | undefined {
  if (!isRecord(environment) || typeof environment.name !== "string") return undefined;
  return isName(environment.name) ? environment.name : undefined;
}

/** Returns a problem for every environment with a stack, and with it a state, that an earlier one has already. */
function clashes(environments: readonly unknown[]): readonly Problem[] {
  const owners = new Map<string, number>();
  return environments.flatMap((environment, index) => {
    const name = nameOf(environment);
    const stacks = name === undefined ? [] : Object.values(stackNames({ name }));
    const taken = stacks.find((stack) => owners.has(stack));
    for (const stack of stacks) if (!owners.has(stack)) owners.set(stack, index);
    if (taken === undefined) return [];
    const message = `makes a second stack ${taken}, which environments[${owners.get(taken)}] has already; choose another name`;
    return [problem(`environments[${index}].name`, name, message)];
  });
}
