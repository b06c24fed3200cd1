import type { Change } from "../../plan/plan";
import { pick, text } from "../../plan/value";

/** Returns the attribute by which DynamoDB deletes rows, or undefined if it deletes none. */
export function expiryAttribute(table: Change["before"]): string | undefined {
  return pick(table, "ttl.enabled") === true ? text(table, "ttl.attribute_name") : undefined;
}
