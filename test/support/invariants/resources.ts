import { flatten } from "../flatten";
import type { StackJson } from "../synth";

/** A resource of a synthesized stack, whose values are read by path: `get("lifecycle.prevent_destroy")`. */
export interface Resource {
  readonly address: string;
  /** The value at a path in the notation of `flatten`; undefined where there is none. */
  get(path: string): unknown;
  /** The list at a path; empty where there is none. */
  list(path: string): readonly string[];
  /** The paths that match. */
  paths(pattern: RegExp): readonly string[];
}

/** What was read of a stack before: dozens of rules read the same, and nobody changes a stack that there is. */
const known = new WeakMap<object, readonly Resource[]>();

/** The resources of one type. */
export function resources({ resource = {} }: Pick<StackJson, "resource">, type: string): readonly Resource[] {
  const named = resource[type];
  if (!named) return [];
  const found = known.get(named) ?? Object.entries(named).map(([name, body]) => read(`${type}.${name}`, body));
  known.set(named, found);
  return found;
}

function read(address: string, body: unknown): Resource {
  const lines = flatten(body);
  const get = (path: string): unknown => {
    const line = lines.get(path);
    return line === undefined ? undefined : JSON.parse(line);
  };
  const list = (path: string) => {
    const value = get(path);
    return Array.isArray(value) ? value.map(String) : [];
  };
  return { address, get, list, paths: (pattern) => [...lines.keys()].filter((path) => pattern.test(path)) };
}
