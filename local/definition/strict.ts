import { StartError } from "../shared/errors";
import { isObject, type Json, parseJson } from "../shared/json";
import { resourceTypes } from "./resource-types";

/**
 * Refuses a definition in which something has no effect on this machine although callers or functions could notice.
 *
 * @param file the path of the stack, for the error
 * @throws StartError that lists every such attribute with its address and what is so here instead
 */
export function requireNoDifferences(json: string, file: string): void {
  const problems = resourcesOf(parseJson(json)).flatMap(({ address, type, values }) =>
    Object.entries(resourceTypes[type]?.differences ?? {}).flatMap(([path, { here, sameWith }]) => {
      const [found] = valuesAt(values, path.split(".")).filter((value) => !sameWith.includes(value));
      return found === undefined ? [] : [`${address}: ${path} is ${JSON.stringify(found)}. ${here}`];
    }),
  );
  if (problems.length > 0)
    throw new StartError(
      `With --strict the local cloud does not run ${file}, of which some has no effect here:\n${problems.join("\n")}`,
    );
}

function resourcesOf(stack: Json | undefined) {
  return membersOf(isObject(stack) ? stack.resource : undefined).flatMap(([type, named]) =>
    membersOf(named).map(([name, values]) => ({ address: `${type}.${name}`, type, values })),
  );
}

const membersOf = (value: Json | undefined): [string, Json][] => (isObject(value) ? Object.entries(value) : []);

/** Returns the values at a path, of which blocks on the way may be lists. Null stands for an attribute that is not set. */
function valuesAt(value: Json | undefined, [key, ...rest]: readonly string[]): Json[] {
  if (value === undefined || value === null) return [];
  if (key === undefined) return [value];
  if (Array.isArray(value)) return value.flatMap((item: Json) => valuesAt(item, [key, ...rest]));
  return isObject(value) ? valuesAt(value[key], rest) : [];
}
