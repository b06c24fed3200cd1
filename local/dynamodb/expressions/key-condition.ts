import { invalid } from "../errors";
import type { AttributeValue } from "../values/attribute-value";
import type { Condition, Operand } from "./tree";

export type KeyOperator = "EQ" | "LT" | "LE" | "GT" | "GE" | "BETWEEN" | "BEGINS_WITH";

/** What the value of a key has to be. */
export interface KeyCondition {
  readonly operator: KeyOperator;
  readonly values: readonly AttributeValue[];
}

/** The conditions of a query by the key attributes they are for. */
export type KeyConditions = ReadonlyMap<string, KeyCondition>;

const OPERATORS = { "=": "EQ", "<": "LT", "<=": "LE", ">": "GT", ">=": "GE" } as const;
/** The operators for the two sides changed over. */
const MIRRORED = { "=": "EQ", "<": "GT", "<=": "GE", ">": "LT", ">=": "LE" } as const;

/** Reads a key condition expression. Throws a DynamoDbError, in AWS's words, for what a query cannot look up. */
export function keyConditionsOf(expression: Condition): KeyConditions {
  const found = new Map<string, KeyCondition>();
  collect(expression, found);
  return found;
}

function collect(condition: Condition, found: Map<string, KeyCondition>): void {
  switch (condition.kind) {
    case "and":
      collect(condition.left, found);
      collect(condition.right, found);
      return;
    case "or":
    case "not":
    case "in":
      throw unusable(condition.kind.toUpperCase());
    case "comparison": {
      const { operator, left, right } = condition;
      if (operator === "<>") throw unusable("<>");
      const mirrored = left.kind !== "path";
      const values = [mirrored ? left : right];
      add(found, mirrored ? right : left, (mirrored ? MIRRORED : OPERATORS)[operator], values);
      return;
    }
    case "between":
      if (condition.operand.kind !== "path") throw notFirst("BETWEEN");
      add(found, condition.operand, "BETWEEN", [condition.low, condition.high]);
      return;
    default: {
      const [first, second] = condition.operands;
      if (condition.name !== "begins_with") throw unusable(condition.name);
      if (first?.kind !== "path") throw notFirst("begins_with");
      add(found, first, "BEGINS_WITH", second ? [second] : []);
    }
  }
}

function add(
  found: Map<string, KeyCondition>,
  key: Operand,
  operator: KeyOperator,
  operands: readonly Operand[],
): void {
  const values: AttributeValue[] = [];
  for (const operand of [key, ...operands])
    if (operand.kind === "function") throw invalid("KeyConditionExpressions cannot contain nested operations");
  if (key.kind !== "path") throw invalid("Invalid condition in KeyConditionExpression: No key attribute specified");
  for (const operand of operands) {
    if (operand.kind === "path")
      throw invalid("Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition");
    if (operand.kind === "value") values.push(operand.value);
  }
  const [name, nested] = key.path;
  if (nested !== undefined) throw invalid("KeyConditionExpressions cannot have conditions on nested attributes");
  if (found.has(String(name))) throw invalid("KeyConditionExpressions must only contain one condition per key");
  found.set(String(name), { operator, values });
}

const unusable = (operator: string) => invalid(`Invalid operator used in KeyConditionExpression: ${operator}`);
const notFirst = (operator: string) =>
  invalid(
    `Invalid condition in KeyConditionExpression: ${operator} operator must have the key attribute as its first operand`,
  );
