import type { JsonObject } from "../../shared/json";
import { checkLimits } from "./limits";
import type { Structure } from "./shape";
import { typed } from "./types";

/** Reads a request as its shape says. Throws the DynamoDbError that AWS answers if it is not of that shape. */
export function readRequest<T>(input: JsonObject, shape: Structure<T>): T {
  const request = readTypes(input, shape);
  checkLimits(request, shape);
  return request as T;
}

/** Reads a request of which only the types are checked. Throws a DynamoDbError if it is not of those. */
export const readTypes = (input: JsonObject, shape: Structure<unknown>): JsonObject =>
  typed(input, shape) as JsonObject;
