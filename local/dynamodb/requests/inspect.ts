import type { Place } from "../../definition/terraform";
import type { Permission } from "../../iam/permissions";
import { isObject, type JsonObject, parseJson } from "../../shared/json";
import { permissionsFor } from "../permissions";

/** What has to be known of a request before it is done. */
export interface Inspection {
  /** What its caller must be allowed to do; undefined if the body is not a JSON object. */
  readonly permissions: readonly Permission[] | undefined;
  /** The number of actions, if it is a transaction. */
  readonly actions: number;
}

/** Parses a body. Returns undefined for what is not a JSON object. */
export function parseBody(body: string): JsonObject | undefined {
  const input = parseJson(body);
  return isObject(input) ? input : undefined;
}

/** Inspects a request of which the body is parsed. */
export function inspect(operation: string, input: JsonObject | undefined, place: Place): Inspection {
  const actions = Array.isArray(input?.TransactItems) ? input.TransactItems.length : 0;
  return { permissions: input && permissionsFor(operation, input, place), actions };
}
