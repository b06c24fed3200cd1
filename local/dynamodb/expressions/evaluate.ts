import { type AttributeValue, attribute, type Item, typeOf } from "../values/attribute-value";
import { beginsWith, compare, contains, equal } from "../values/compare";
import { binarySize } from "../values/size";
import type { Comparator, Condition, Operand, Path } from "./tree";

/** Tells if a condition holds for an item; an item that is not there is an empty one. */
export function holds(condition: Condition, item: Item): boolean {
  switch (condition.kind) {
    case "and":
      return holds(condition.left, item) && holds(condition.right, item);
    case "or":
      return holds(condition.left, item) || holds(condition.right, item);
    case "not":
      return !holds(condition.condition, item);
    case "comparison":
      return compares(condition.operator, operandIn(item, condition.left), operandIn(item, condition.right));
    case "between": {
      const value = operandIn(item, condition.operand);
      return (
        compares(">=", value, operandIn(item, condition.low)) && compares("<=", value, operandIn(item, condition.high))
      );
    }
    case "in": {
      const value = operandIn(item, condition.operand);
      return condition.list.some((operand) => compares("=", value, operandIn(item, operand)));
    }
    default:
      return test(condition.name, condition.operands, item);
  }
}

/** A missing value equals nothing, is unlike everything and has no order. */
function compares(operator: Comparator, left: AttributeValue | undefined, right: AttributeValue | undefined): boolean {
  if (operator === "<>") return left === undefined || right === undefined || !equal(left, right);
  if (left === undefined || right === undefined) return false;
  if (operator === "=") return equal(left, right);
  const order = compare(left, right);
  if (order === undefined) return false;
  if (operator === "<") return order < 0;
  if (operator === "<=") return order <= 0;
  return operator === ">" ? order > 0 : order >= 0;
}

function test(name: string, [first, second]: readonly Operand[], item: Item): boolean {
  const value = first && operandIn(item, first);
  if (name === "attribute_exists") return value !== undefined;
  if (name === "attribute_not_exists") return value === undefined;
  const other = second && operandIn(item, second);
  if (value === undefined || other === undefined) return false;
  if (name === "attribute_type") return "S" in other && typeOf(value) === other.S;
  if (name === "begins_with") return beginsWith(value, other);
  if (name === "not_contains") return !contains(value, other);
  return contains(value, other);
}

function operandIn(item: Item, operand: Operand): AttributeValue | undefined {
  if (operand.kind === "value") return operand.value;
  if (operand.kind === "path") return valueAt(item, operand.path);
  const [of] = operand.operands;
  const value = of && operandIn(item, of);
  const size = value && sizeOf(value);
  return size === undefined ? undefined : { N: String(size) };
}

/** The answer of `size`: how many characters a string has, bytes a binary, or members anything else. */
function sizeOf(value: AttributeValue): number | undefined {
  if ("S" in value) return value.S.length;
  if ("B" in value) return binarySize(value.B);
  if ("SS" in value) return value.SS.length;
  if ("NS" in value) return value.NS.length;
  if ("BS" in value) return value.BS.length;
  if ("L" in value) return value.L.length;
  return "M" in value ? Object.keys(value.M).length : undefined;
}

/** The value at a path, if the item has one there. */
export function valueAt(item: Item, path: Path): AttributeValue | undefined {
  let value: AttributeValue | undefined = { M: item };
  for (const part of path) {
    if (value === undefined) return undefined;
    if (typeof part === "string") value = "M" in value ? attribute(value.M, part) : undefined;
    else value = "L" in value ? value.L[part] : undefined;
  }
  return value;
}
