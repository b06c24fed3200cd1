import { isList, isObject, UNKNOWN, type Value } from "./value";

/** Shorter texts occur in everything, so that hiding their copies would only make the report unreadable. */
const SHORTEST = 4;

/** A value with Terraform's marks on it: `true` for all below, or the same shape with `true` where it is sensitive. */
export interface Marked {
  readonly value: Value;
  readonly mark: Value;
}

/**
 * Makes a function that takes sensitive values out of a plan, which holds them in clear. Each becomes
 * `(sensitive 1)`, with a number of its own, so that a change of one is still seen. A mark stays on its path while a
 * provider may copy the value to others, so whatever equals or contains a marked text is hidden everywhere.
 */
export function hider(marked: readonly Marked[]): (value: Value, mark?: Value) => Value {
  const names = new Map<Value, string>();
  const nameOf = (value: Value): string => {
    const name = names.get(value) ?? `(sensitive ${names.size + 1})`;
    names.set(value, name);
    return name;
  };
  const visit = (value: Value, mark: Value): void => {
    // Without a mark here there is none below.
    if (mark !== true && !isList(mark) && !isObject(mark)) return;
    if (isList(value)) for (const [index, item] of value.entries()) visit(item, below(mark, index));
    else if (isObject(value)) for (const name of Object.keys(value)) visit(value[name], below(mark, name));
    else if (mark === true && value !== undefined && value !== null && value !== UNKNOWN) nameOf(value);
  };
  for (const { value, mark } of marked) visit(value, mark);
  // The longest first: a text may be a part of another.
  const texts = [...names.keys()]
    .filter((value) => typeof value === "string")
    .filter((text) => text.length >= SHORTEST)
    .toSorted((one, other) => other.length - one.length);
  const hide = (value: Value, mark: Value): Value => {
    if (isList(value)) return value.map((item, index) => hide(item, below(mark, index)));
    if (isObject(value))
      return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, hide(item, below(mark, name))]));
    if (mark === true && names.has(value)) return nameOf(value);
    return typeof value === "string"
      ? texts.reduce((text, secret) => text.replaceAll(secret, nameOf(secret)), value)
      : value;
  };
  return names.size === 0 ? (value) => value : (value, mark) => hide(value, mark);
}

function below(mark: Value, step: string | number): Value {
  if (mark === true) return true;
  if (isList(mark) && typeof step === "number") return mark[step];
  return isObject(mark) ? mark[step] : undefined;
}
