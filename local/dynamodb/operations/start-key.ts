import type { JsonObject } from "../../shared/json";
import { DynamoDbError, invalid } from "../errors";
import type { Item } from "../values/attribute-value";
import { readItem } from "../values/validate";

/** AWS says these without saying that it is about the starting key. */
const PLAIN = /contains duplicates|number set|numeric value|significant digits|number with magnitude/;

/** Reads ExclusiveStartKey. Throws a DynamoDbError, in AWS's words, if its values cannot be. */
export function readStartKey(given: Readonly<Record<string, JsonObject>> | undefined): Item | undefined {
  if (!given) return undefined;
  try {
    return readItem(given);
  } catch (error) {
    if (!(error instanceof DynamoDbError) || PLAIN.test(error.message)) throw error;
    throw invalid(`The provided starting key is invalid: ${error.message}`);
  }
}
