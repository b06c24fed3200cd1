import { type Change, ofType, type Plan } from "../plan/plan";
import { isList, isObject, pick, UNKNOWN, type Value } from "../plan/value";
import type { Rename } from "./rule";

/** The plan's resources by their old names and by their new ones. */
export interface Known {
  readonly plan: Plan;
  readonly renames: readonly Rename[];
}

/** `${aws_dynamodb_table.posts.arn}`: the only kind of reference that CDKTF writes. */
const REFERENCE = /\$\{([a-z0-9_]+)\.([A-Za-z0-9_-]+)\.([a-z0-9_.]+)\}/g;

/**
 * Fills in the references of a text that is known only after the apply, with what the resources are called now. One
 * replaced table hides a whole policy; what the policy says is still in the configuration, and only the names are to
 * come. What names a resource that is yet to be created stays a reference.
 */
function resolve({ plan, renames }: Known, written: string): string {
  return written.replace(REFERENCE, (reference, type: string, name: string, path: string) => {
    const change = ofType(plan, type).find(({ address }) => address === `${type}.${name}`);
    if (!change) return reference;
    const before = renames.find(({ to }) => to === change)?.from.before ?? change.before;
    const now = pick(before, path);
    if (typeof now === "string") return now;
    const later = pick(change.after, path);
    return typeof later === "string" ? later : reference;
  });
}

/**
 * Returns the value an attribute gets. Where it is known only after the apply because it names another resource, it is
 * what it would be if that resource kept its names, so that a comparison shows what somebody changed and not what
 * follows from another change. Anything else that is not known stays UNKNOWN.
 */
export function settled(known: Known, change: Change, attribute: string): Value {
  return settle(known, pick(change.after, attribute), pick(change.written, attribute));
}

function settle(known: Known, after: Value, written: Value): Value {
  if (after === UNKNOWN) return typeof written === "string" ? resolve(known, written) : UNKNOWN;
  const block = isList(written) && written.length === 1 && !isList(after) ? written[0] : written;
  if (isList(after)) return after.map((item, index) => settle(known, item, isList(written) ? written[index] : written));
  if (isObject(after))
    return Object.fromEntries(
      Object.entries(after).map(([name, value]) => [
        name,
        settle(known, value, isObject(block) ? block[name] : undefined),
      ]),
    );
  return after;
}
