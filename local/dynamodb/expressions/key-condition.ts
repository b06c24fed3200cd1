import { invalid } from "../errors";
import type { AttributeValue } from "../values/attribute-value";
import type { Condition, Operand } from "./tree";

/** OTHER stands for operators that no key can be looked up by; they are refused once the table is known. */
export type KeyOperator = "EQ" | "LT" | "LE" | "GT" | "GE" | "BETWEEN" | "BEGINS_WITH" | "OTHER";

/** A condition on the value of a key attribute. */
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
      add(found, [left, right], (mirrored ? MIRRORED : OPERATORS)[operator], [mirrored ? left : right]);
      return;
    }
    case "between":
      if (condition.operand.kind !== "path") throw notFirst("BETWEEN");
      add(found, [condition.operand, condition.low, condition.high], "BETWEEN", [condition.low, condition.high]);
      return;
    default: {
      const [first, second] = condition.operands;
      if (condition.name !== "begins_with") throw unusable(condition.name);
      if (first?.kind !== "path") throw notFirst("begins_with");
      add(found, condition.operands, "BEGINS_WITH", second ? [second] : []);
    }
  }
}

/** Adds a condition; `given` are its operands as they were written, in which mistakes are looked for one by one. */
function add(
  found: Map<string, KeyCondition>,
  given: readonly Operand[],
  operator: KeyOperator,
  operands: readonly Operand[],
): void {
  let key: string | undefined;
  for (const operand of given) {
    if (operand.kind === "function") throw invalid("KeyConditionExpressions cannot contain nested operations");
    if (operand.kind !== "path") continue;
    if (key !== undefined)
      throw invalid("Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition");
    if (operand.path.length > 1) throw invalid("KeyConditionExpressions cannot have conditions on nested attributes");
    key = String(operand.path[0]);
  }
  if (key === undefined) throw invalid("Invalid condition in KeyConditionExpression: No key attribute specified");
  if (found.has(key)) throw invalid("KeyConditionExpressions must only contain one condition per key");
  found.set(key, {
    operator,
    values: operands.flatMap((operand) => (operand.kind === "value" ? [operand.value] : [])),
  });
}

const unusable = (operator: string) => invalid(`Invalid operator used in KeyConditionExpression: ${operator}`);
const notFirst = (operator: string) =>
  invalid(
    `Invalid condition in KeyConditionExpression: ${operator} operator must have the key attribute as its first operand`,
  );
