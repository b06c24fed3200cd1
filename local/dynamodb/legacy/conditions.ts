import type { JsonObject } from "../../shared/json";
import { invalid, invalidParameters } from "../errors";
import type { KeyCondition, KeyConditions, KeyOperator } from "../expressions/key-condition";
import type { Comparator, Condition, Operand } from "../expressions/tree";
import { attributeValue, flag, list, map, oneOf, required, structure, type ValueOf } from "../requests/shape";
import { type AttributeValue, typeOf } from "../values/attribute-value";
import { compare } from "../values/compare";
import { readValue } from "../values/validate";

// These parameters came before expressions, and AWS still takes them; see
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LegacyConditionalParameters.html

const OPERATORS = [
  ...([
    "IN",
    "NULL",
    "BETWEEN",
    "LT",
    "NOT_CONTAINS",
    "EQ",
    "GT",
    "NOT_NULL",
    "NE",
    "LE",
    "BEGINS_WITH",
    "GE",
  ] as const),
  "CONTAINS",
] as const;
type Operator = (typeof OPERATORS)[number];

export const conditionalOperator = oneOf("OR", "AND");
export const expected = map(
  structure("ExpectedAttributeValue", {
    Value: attributeValue,
    Exists: flag,
    ComparisonOperator: oneOf(...OPERATORS),
    AttributeValueList: list(attributeValue),
  }),
  "ExpectedAttributeValue",
);
export const conditions = map(
  structure("Condition", {
    AttributeValueList: list(attributeValue),
    ComparisonOperator: required(oneOf(...OPERATORS)),
  }),
  "Condition",
);

const COMPARATORS: Partial<Record<Operator, Comparator>> = { EQ: "=", NE: "<>", LT: "<", LE: "<=", GT: ">", GE: ">=" };
const COUNTS: Partial<Record<Operator, number>> = { NULL: 0, NOT_NULL: 0, BETWEEN: 2 };
const ORDERED = ["S", "N", "B"];
const TYPES: Partial<Record<Operator, readonly string[]>> = {
  LE: ORDERED,
  LT: ORDERED,
  GE: ORDERED,
  GT: ORDERED,
  IN: ORDERED,
  BETWEEN: ORDERED,
  CONTAINS: ORDERED,
  NOT_CONTAINS: ORDERED,
  BEGINS_WITH: ["S", "B"],
};

/** Reads `Expected`. Throws a DynamoDbError for conditions that contradict themselves. */
export function readExpected(
  given: ValueOf<typeof expected>,
  operator: "OR" | "AND" | undefined,
): Condition | undefined {
  const found = Object.entries(given).map(([name, { Value, Exists, ComparisonOperator, AttributeValueList }]) => {
    const wrong = (reason: string) => invalidParameters(`${reason} for Attribute: ${name}`);
    if (Value && AttributeValueList) throw wrong("Value and AttributeValueList cannot be used together");
    if (ComparisonOperator) {
      if (Exists !== undefined) throw wrong("Exists and ComparisonOperator cannot be used together");
      const needsNone = ComparisonOperator === "NULL" || ComparisonOperator === "NOT_NULL";
      if (!needsNone && !Value && !AttributeValueList)
        throw wrong(`Value or AttributeValueList must be used with ComparisonOperator: ${ComparisonOperator}`);
      return conditionOf(
        name,
        ComparisonOperator,
        valuesOf(ComparisonOperator, AttributeValueList ?? (Value ? [Value] : [])),
      );
    }
    if (AttributeValueList) throw wrong("AttributeValueList can only be used with a ComparisonOperator");
    if (Exists === false) {
      if (Value) throw wrong("Value cannot be used when Exists is false");
      return conditionOf(name, "NULL", []);
    }
    if (!Value) throw wrong(`Value must be provided when Exists is ${Exists ?? "null"}`);
    return conditionOf(name, "EQ", [readValue(Value)]);
  });
  return combined(found, operator);
}

/** Reads `QueryFilter` or `ScanFilter`. */
export function readFilter(
  given: ValueOf<typeof conditions>,
  operator: "OR" | "AND" | undefined,
): Condition | undefined {
  const found = Object.entries(given).map(([name, { ComparisonOperator, AttributeValueList = [] }]) =>
    conditionOf(name, ComparisonOperator, valuesOf(ComparisonOperator, AttributeValueList)),
  );
  return combined(found, operator);
}

/** Reads `KeyConditions`. */
export function readKeyConditions(given: ValueOf<typeof conditions>): KeyConditions {
  const found = new Map<string, KeyCondition>();
  for (const [name, { ComparisonOperator: operator, AttributeValueList = [] }] of Object.entries(given)) {
    const values = valuesOf(operator, AttributeValueList);
    found.set(name, { operator: isKeyOperator(operator) ? operator : "OTHER", values });
  }
  return found;
}

function isKeyOperator(operator: Operator): operator is Exclude<KeyOperator, "OTHER"> & Operator {
  return operator === "BETWEEN" || operator === "BEGINS_WITH" || (operator !== "NE" && operator in COMPARATORS);
}

function valuesOf(operator: Operator, given: readonly JsonObject[]): AttributeValue[] {
  const values = given.map((value) => readValue(value));
  const count = COUNTS[operator] ?? 1;
  if (operator === "IN" ? values.length === 0 : values.length !== count)
    throw invalidParameters(`Invalid number of argument(s) for the ${operator} ComparisonOperator`);
  const [first, second] = values;
  if (first === undefined) return values;
  if (values.some((value) => typeOf(value) !== typeOf(first)))
    throw invalidParameters("AttributeValues inside AttributeValueList must be of same type");
  if (TYPES[operator]?.includes(typeOf(first)) === false)
    throw invalidParameters(`ComparisonOperator ${operator} is not valid for ${typeOf(first)} AttributeValue type`);
  if (operator === "BETWEEN" && second && (compare(first, second) ?? 0) > 0)
    throw invalid("The BETWEEN condition was provided a range where the lower bound is greater than the upper bound");
  return values;
}

function conditionOf(name: string, operator: Operator, values: readonly AttributeValue[]): Condition {
  const operand: Operand = { kind: "path", path: [name] };
  const operands = values.map((value): Operand => ({ kind: "value", value }));
  const [first, second] = operands as [Operand, Operand];
  const comparator = COMPARATORS[operator];
  if (comparator) return { kind: "comparison", operator: comparator, left: operand, right: first };
  if (operator === "BETWEEN") return { kind: "between", operand, low: first, high: second };
  if (operator === "IN") return { kind: "in", operand, list: operands };
  if (operator === "NULL") return { kind: "test", name: "attribute_not_exists", operands: [operand] };
  if (operator === "NOT_NULL") return { kind: "test", name: "attribute_exists", operands: [operand] };
  return { kind: "test", name: operator.toLowerCase(), operands: [operand, first] };
}

function combined(found: readonly Condition[], operator: "OR" | "AND" = "AND"): Condition | undefined {
  const kind = operator === "OR" ? "or" : "and";
  return found.length === 0 ? undefined : found.reduce((left, right) => ({ kind, left, right }));
}
