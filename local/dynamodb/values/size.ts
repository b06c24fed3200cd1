import { type AttributeValue, attribute, type Item } from "./attribute-value";
import { numberSize } from "./decimal";

/**
 * The bytes that an item counts for: of names and values, as AWS counts them.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
 */
export function itemSize(item: Item): number {
  let size = 0;
  for (const name of Object.keys(item))
    size += Buffer.byteLength(name) + valueSize(attribute(item, name) as AttributeValue);
  return size;
}

/** The bytes that a value counts for. A list or map takes three, and one more for each of its members. */
export function valueSize(value: AttributeValue): number {
  if ("S" in value) return Buffer.byteLength(value.S);
  if ("N" in value) return numberSize(value.N);
  if ("B" in value) return binarySize(value.B);
  if ("BOOL" in value || "NULL" in value) return 1;
  if ("SS" in value) return sum(value.SS, Buffer.byteLength);
  if ("NS" in value) return sum(value.NS, numberSize);
  if ("BS" in value) return sum(value.BS, binarySize);
  if ("L" in value) return 3 + value.L.length + sum(value.L, valueSize);
  return 3 + Object.keys(value.M).length + itemSize(value.M);
}

/** The bytes of a binary that is given in Base64. */
export function binarySize(base64: string): number {
  const padding = base64.endsWith("==") ? 2 : base64.endsWith("=") ? 1 : 0;
  return (base64.length / 4) * 3 - padding;
}

function sum<T>(values: readonly T[], size: (value: T) => number): number {
  let total = 0;
  for (const value of values) total += size(value);
  return total;
}
