import { isObject } from "../shared/json";
import type { Block } from "./block";

/**
 * The attributes of a resource type that the local cloud knows. A path names an attribute of the resource or of a block
 * in it; `.*` stands for any key of a map. An attribute in neither list is refused, so that none is ignored unseen.
 */
export interface ResourceType {
  /** The attributes that decide what the local cloud does. */
  readonly emulated: readonly string[];
  /** The attributes that have no meaning on one machine, with everything below them. */
  readonly cloudOnly: readonly string[];
  /** Attributes among the cloud-only ones whose lack callers or functions can notice. `--strict` refuses them. */
  readonly differences?: Readonly<Record<string, Difference>>;
}

/** The difference that an attribute without an effect makes to callers and functions. */
interface Difference {
  /** Says what is so here instead, in one sentence. */
  readonly here: string;
  /** The values with which AWS does the same, such as its default. */
  readonly sameWith: readonly unknown[];
}

/** Terraform's own attributes of every resource: neither the order of creation nor what may be destroyed matters here. */
const META = ["//", "depends_on", "lifecycle", "provider"];

/** Returns the paths of a resource's attributes that the local cloud does not know, such as `ttl.colour`. */
export function unknownAttributes(resource: Block, { emulated, cloudOnly }: ResourceType): string[] {
  const known = (path: string) => emulated.includes(path) || emulated.includes(path.replace(/\.[^.]+$/, ".*"));
  const ignored = (path: string) => cloudOnly.includes(path);
  if (ignored("*")) return [];
  const visit = (value: unknown, path: string): string[] => {
    if (value === null || known(path) || ignored(path)) return [];
    if (Array.isArray(value) && value.length > 0) return value.flatMap((item) => visit(item, path));
    if (isObject(value) && Object.keys(value).length > 0)
      return Object.entries(value).flatMap(([key, item]) => visit(item, `${path}.${key}`));
    // An empty block or list of a kind that is known says nothing.
    const group = [...emulated, ...cloudOnly].some((candidate) => candidate.startsWith(`${path}.`));
    return group && typeof value === "object" ? [] : [path];
  };
  return Object.entries(resource.values)
    .filter(([key]) => !META.includes(key))
    .flatMap(([key, value]) => visit(value, key));
}
