import { invalid, invalidParameters } from "../errors";
import type { KeyCondition, KeyConditions } from "../expressions/key-condition";
import { emptyKind, partsOf } from "../schema/keys";
import type { KeyAttribute } from "../schema/table";
import { keyAfter, orderedKey, orderedPrefix } from "../storage/key-order";
import { partitionPrefix, rangeOf } from "../storage/keys";
import type { Range } from "../storage/store";
import { type AttributeValue, attribute, type Item, typeOf } from "../values/attribute-value";
import { compare, equal } from "../values/compare";
import type { Source } from "./source";

/** The conditions of a query, matched to the key of what it reads. */
export interface QueryKey {
  readonly hash: AttributeValue;
  readonly range: KeyCondition | undefined;
}

/**
 * Matches conditions, and the key to start behind if there is one, to a key. Throws a DynamoDbError, in AWS's words and
 * in its order, if they do not suit it.
 */
export function matchedConditions(source: Source, conditions: KeyConditions, start: Item | undefined): QueryKey {
  const { key } = source;
  for (const part of partsOf(key)) {
    if (start) source.checkStartPart(start, part);
    const isHash = part === key.hash;
    if (isHash && !key.range && conditions.size > 1) throw unsupported();
    const condition = conditions.get(part.name);
    if (condition) checkValues(part, condition);
    else if (isHash || conditions.size > 1) throw missed(part.name);
    if (isHash && condition?.operator !== "EQ") throw unsupported();
  }
  const [hash] = conditions.get(key.hash.name)?.values ?? [];
  if (hash === undefined) throw missed(key.hash.name);
  return { hash, range: key.range && conditions.get(key.range.name) };
}

const missed = (name: string) => invalid(`Query condition missed key schema element: ${name}`);
const unsupported = () => invalid("Query key condition not supported");

function checkValues(key: KeyAttribute, { operator, values }: KeyCondition): void {
  if (operator === "OTHER") throw invalid("Attempted conditional constraint is not an indexable operation");
  for (const value of values) {
    if (typeOf(value) !== key.type || (operator === "BEGINS_WITH" && key.type === "N"))
      throw invalidParameters("Condition parameter type does not match schema type");
    const empty = emptyKind(value);
    if (empty !== undefined)
      throw invalid(
        "One or more parameter values are not valid. " +
          `The AttributeValue for a key attribute cannot contain an empty ${empty} value. Key: ${key.name}`,
      );
  }
}

/** The keys that a query reads. */
export function queriedRange(source: Source, { hash, range }: QueryKey): Range {
  const partition = partitionPrefix(source.prefix, hash);
  const whole = rangeOf(partition);
  if (!range) return whole;
  const [first, second] = range.values as [AttributeValue, AttributeValue | undefined];
  const from = partition + orderedKey(first);
  switch (range.operator) {
    case "EQ":
      return rangeOf(from);
    case "LT":
      return { ...whole, before: from };
    case "LE":
      return { ...whole, before: keyAfter(from) };
    case "GT":
      return { ...whole, from: keyAfter(from) };
    case "GE":
      return { ...whole, from };
    case "BETWEEN":
      return { from, before: keyAfter(partition + orderedKey(second ?? first)) };
    default:
      return rangeOf(partition + orderedPrefix(first));
  }
}

/** The rest of a range, from behind an entry on. */
export function restOf(range: Range, entry: string, reverse: boolean): Range {
  if (reverse) return { from: range.from, before: entry < range.before ? entry : range.before, reverse };
  const from = `${entry}\0`;
  return { from: from > range.from ? from : range.from, before: range.before };
}

/** Checks that a query can go on behind a key. Throws a DynamoDbError if the key is none that it could have read. */
export function checkWithin({ key }: Source, { hash, range }: QueryKey, start: Item): void {
  const value = attribute(start, key.hash.name);
  const within = value !== undefined && equal(value, hash);
  const rangeValue = key.range && attribute(start, key.range.name);
  if (!range || !rangeValue) {
    if (!within) throw invalid("The provided starting key is outside query boundaries based on provided conditions");
    return;
  }
  if (!suits(range, rangeValue)) throw invalid("The provided starting key does not match the range key predicate");
  if (!within) throw invalid("The query can return at most one row and cannot be restarted");
}

function suits({ operator, values }: KeyCondition, value: AttributeValue): boolean {
  const [first, second] = values as [AttributeValue, AttributeValue | undefined];
  const order = compare(value, first) ?? 0;
  if (operator === "EQ") return order === 0;
  if (operator === "LT") return order < 0;
  if (operator === "LE") return order <= 0;
  if (operator === "GT") return order > 0;
  if (operator === "BETWEEN") return order >= 0 && (compare(value, second ?? first) ?? 0) <= 0;
  if (operator === "BEGINS_WITH") return orderedPrefix(value).startsWith(orderedPrefix(first));
  return order >= 0;
}
