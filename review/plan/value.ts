/** A value of a plan, as Terraform's JSON shows it. `UNKNOWN` stands where Terraform says "known after apply". */
export type Value = undefined | null | boolean | number | string | Unknown | readonly Value[] | ValueObject;
export interface ValueObject {
  readonly [name: string]: Value;
}

/** A type of its own: no object of a plan has a symbol for a key. */
class Unknown {
  readonly [Symbol.toStringTag] = "known after apply";
}

/** A value that is decided only during the apply. */
export const UNKNOWN = new Unknown();

export function isObject(value: Value): value is ValueObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Unknown);
}

export function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

/** Returns the items of a list, one value as a list of one, and nothing for null or an absent value. */
export function items(value: Value): readonly Value[] {
  if (isList(value)) return value;
  return isAbsent(value) || value === UNKNOWN ? [] : [value];
}

/** Tells whether nobody set the value. Terraform writes null, an absent key or an empty list for that. */
export function isAbsent(value: Value): boolean {
  return value === undefined || value === null || (isList(value) && value.length === 0);
}

/**
 * Returns the value at a dotted path such as `ttl.attribute_name`. A plan shows a block as a list and a synthesized
 * stack as an object, so a list of one is entered by itself. UNKNOWN at any step is the answer.
 */
export function pick(value: Value, path: string): Value {
  let here = value;
  for (const name of path.split(".")) {
    if (isList(here) && here.length === 1) here = here[0];
    if (here === UNKNOWN) return UNKNOWN;
    if (!isObject(here)) return undefined;
    here = here[name];
  }
  return here;
}

/** Returns the text at a path, or undefined if there is none or it is not known yet. */
export function text(value: Value, path: string): string | undefined {
  const found = pick(value, path);
  return typeof found === "string" && found !== "" ? found : undefined;
}

/** Compares two values by content. Absent, null and empty lists are equal; the order of an object's keys is ignored. */
export function equal(one: Value, other: Value): boolean {
  if (isAbsent(one) && isAbsent(other)) return true;
  if (isList(one) && isList(other))
    return one.length === other.length && one.every((value, index) => equal(value, other[index]));
  if (isObject(one) && isObject(other))
    return [...new Set([...Object.keys(one), ...Object.keys(other)])].every((name) => equal(one[name], other[name]));
  return one === other;
}

/**
 * Joins `after` and `after_unknown`. Terraform leaves unknown values out of the first and writes `true` for them in the
 * second, so neither says alone what a value becomes.
 */
export function withUnknown(after: Value, unknown: Value): Value {
  if (unknown === true) return UNKNOWN;
  if (isObject(unknown) && Object.keys(unknown).length === 0) return after;
  if (isList(unknown) || (isList(after) && isObject(unknown))) {
    const known = isList(after) ? after : [];
    const marks = isList(unknown) ? unknown : [];
    return Array.from({ length: Math.max(known.length, marks.length) }, (_, index) =>
      withUnknown(known[index], marks[index]),
    );
  }
  if (isObject(unknown) && (isObject(after) || isAbsent(after))) {
    const known: ValueObject = isObject(after) ? after : {};
    const names = new Set([...Object.keys(known), ...Object.keys(unknown)]);
    return Object.fromEntries([...names].map((name) => [name, withUnknown(known[name], unknown[name])]));
  }
  return after;
}
