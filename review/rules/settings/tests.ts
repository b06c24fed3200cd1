import { equal, isAbsent, items, UNKNOWN, type Value } from "../../plan/value";

// The words that a row's `when` is made of. None of them holds for a value that is known only after the apply: a table
// reports those by itself.

export const changed = (before: Value, after: Value): boolean => after !== UNKNOWN && !equal(before, after);
export const turnedOn = (before: Value, after: Value): boolean => before !== true && after === true;
export const turnedOff = (before: Value, after: Value): boolean =>
  before === true && after !== UNKNOWN && after !== true;
/** Holds when something that is on unless said otherwise is switched off. */
export const disabled = (before: Value, after: Value): boolean => before !== false && after === false;
export const removed = (before: Value, after: Value): boolean => !isAbsent(before) && before !== "" && isAbsent(after);
export const lowered = (before: Value, after: Value): boolean =>
  typeof before === "number" && typeof after === "number" && after < before;
export const raised = (before: Value, after: Value): boolean =>
  typeof before === "number" && typeof after === "number" && after > before;
export const doubled = (before: Value, after: Value): boolean =>
  typeof before === "number" && typeof after === "number" && after >= 2 * before;

/** Holds when the value becomes exactly this one. */
export const becomes =
  (value: Value) =>
  (before: Value, after: Value): boolean =>
    equal(after, value) && !equal(before, value);

/** Holds when the value stops being exactly this one. */
export const leaves =
  (value: Value) =>
  (before: Value, after: Value): boolean =>
    equal(before, value) && changed(before, after);

/** Holds when a list loses an item. */
export const losesItems = (before: Value, after: Value): boolean =>
  after !== UNKNOWN && items(before).some((old) => !items(after).some((young) => equal(old, young)));

/** Reads numbers in which `meaning` stands for a number of its own, such as 0 days for ever. */
export const reading =
  (meaning: { readonly value: Value; readonly as: number }, test: (before: Value, after: Value) => boolean) =>
  (before: Value, after: Value): boolean => {
    const read = (value: Value): Value =>
      equal(value, meaning.value) || isAbsent(value) || value === 0 ? meaning.as : value;
    return test(read(before), read(after));
  };
