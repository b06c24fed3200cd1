/** A value in DynamoDB's JSON. Numbers are in DynamoDB's own form (see `decimal.ts`), binaries in Base64. */
export type AttributeValue =
  | { readonly S: string }
  | { readonly N: string }
  | { readonly B: string }
  | { readonly BOOL: boolean }
  | { readonly NULL: true }
  | { readonly SS: readonly string[] }
  | { readonly NS: readonly string[] }
  | { readonly BS: readonly string[] }
  | { readonly L: readonly AttributeValue[] }
  | { readonly M: Item };

/** An item, or a map in one. Read it with `attribute`: names such as `constructor` are ordinary attributes. */
export interface Item {
  readonly [name: string]: AttributeValue;
}

export type DataType = "S" | "N" | "B" | "BOOL" | "NULL" | "SS" | "NS" | "BS" | "L" | "M";

/** The type of a value, which is the one member it has. */
export function typeOf(value: AttributeValue): DataType {
  for (const type in value) return type as DataType;
  throw new Error("A value has no type.");
}

/** The attribute of an item or map, if it has it. */
export function attribute(item: Item, name: string): AttributeValue | undefined {
  return Object.hasOwn(item, name) ? item[name] : undefined;
}

/** Makes an object to which attributes of any name, `__proto__` too, can be added by assignment. */
export function emptyItem(): Record<string, AttributeValue> {
  return Object.create(null);
}

/** Makes a copy of an item to which attributes can be added and from which they can be deleted. */
export function copyOf(item: Item): Record<string, AttributeValue> {
  const copy = emptyItem();
  for (const name of Object.keys(item)) copy[name] = item[name] as AttributeValue;
  return copy;
}

/** The attributes of these names, as far as the item has them. */
export function pick(item: Item, names: Iterable<string>): Item {
  const picked = emptyItem();
  for (const name of names) {
    const value = attribute(item, name);
    if (value !== undefined) picked[name] = value;
  }
  return picked;
}
