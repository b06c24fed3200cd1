import { invalid, invalidParameters } from "../errors";
import type { Item } from "./attribute-value";
import { itemSize } from "./size";

/** The nesting of values that DynamoDB accepts is 32; what is deeper is looked at no further. */
export const DEEPEST = 32;

// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
const MOST_ITEM_BYTES = 400 * 1024;
const MOST_NAME_BYTES = 65535;

/** Checks that an item may be stored. Throws a DynamoDbError, in AWS's words, if it is too large. */
export function checkItemSize(item: Item, message = "Item size has exceeded the maximum allowed size"): void {
  for (const name of Object.keys(item)) checkName(name);
  if (itemSize(item) > MOST_ITEM_BYTES) throw invalid(message);
}

/** Checks the name of an attribute. */
export function checkName(name: string): void {
  if (name === "") throw invalidParameters("Empty attribute name");
  if (name.length > MOST_NAME_BYTES / 4 && Buffer.byteLength(name) > MOST_NAME_BYTES)
    throw invalidParameters(`Attribute name is too large, must be less than ${MOST_NAME_BYTES + 1} bytes`);
}
