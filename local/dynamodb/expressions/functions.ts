import { typeOf } from "../values/attribute-value";
import type { Operand } from "./tree";

/** A mistake in a call: its kind, and AWS's words for it. */
export interface Mistake {
  readonly kind: "unknownFunction" | "operand" | "function";
  readonly message: string;
}

const TYPES: readonly string[] = ["S", "N", "B", "NULL", "SS", "BOOL", "L", "BS", "NS", "M"];

/** The functions that are conditions by themselves; `size` is an operand. */
export const TESTS: ReadonlySet<string> = new Set([
  "attribute_exists",
  "attribute_not_exists",
  "attribute_type",
  "begins_with",
  "contains",
]);

const OPERANDS: Readonly<Record<string, number>> = {
  attribute_exists: 1,
  attribute_not_exists: 1,
  attribute_type: 2,
  begins_with: 2,
  contains: 2,
  size: 1,
};

/** Checks a call in a condition. */
export function checkConditionFunction(name: string, operands: readonly Operand[]): Mistake | undefined {
  if (name === "if_not_exists" || name === "list_append")
    return {
      kind: "unknownFunction",
      message: `The function is not allowed in a condition expression; function: ${name}`,
    };
  const count = checkCount(name, operands, OPERANDS);
  if (count) return count;
  const [first, second] = operands;
  switch (name) {
    case "attribute_exists":
    case "attribute_not_exists":
      return first?.kind === "path" ? undefined : needsPath(name);
    case "begins_with":
      return wrongType(name, operands, (type) => type !== "S" && type !== "B");
    case "attribute_type": {
      const type = typeOfOperand(second);
      if (type !== "S" || second?.kind !== "value" || !("S" in second.value))
        return wrong(
          `Incorrect operand type for operator or function; operator or function: ${name}, operand type: ${type ?? "{NS,SS,L,BS,N,M,B,BOOL,NULL,S}"}`,
        );
      if (!TYPES.includes(second.value.S))
        return wrong(
          `Invalid attribute type name found; type: ${second.value.S}, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}`,
        );
      return undefined;
    }
    case "size":
      return wrongType(name, operands, (type) => type === "N" || type === "BOOL" || type === "NULL");
    default:
      return undefined;
  }
}

/** Checks a call of one of these functions, given with their numbers of operands. */
export function checkCount(
  name: string,
  operands: readonly Operand[],
  counts: Readonly<Record<string, number>>,
): Mistake | undefined {
  const count = Object.hasOwn(counts, name) ? counts[name] : undefined;
  if (count === undefined) return { kind: "unknownFunction", message: `Invalid function name; function: ${name}` };
  if (count === operands.length) return undefined;
  return {
    kind: "operand",
    message: `Incorrect number of operands for operator or function; operator or function: ${name}, number of operands: ${operands.length}`,
  };
}

/** Finds the first operand whose type is known and wrong. */
export function wrongType(
  name: string,
  operands: readonly Operand[],
  isWrong: (type: string) => boolean,
): Mistake | undefined {
  for (const operand of operands) {
    const type = typeOfOperand(operand);
    if (type !== undefined && isWrong(type))
      return wrong(
        `Incorrect operand type for operator or function; operator or function: ${name}, operand type: ${type}`,
      );
  }
  return undefined;
}

export const needsPath = (name: string) =>
  wrong(`Operator or function requires a document path; operator or function: ${name}`);

const wrong = (message: string): Mistake => ({ kind: "function", message });

/** The type of an operand, if it is known before there is an item. */
function typeOfOperand(operand: Operand | undefined): string | undefined {
  if (operand?.kind === "value") return typeOf(operand.value);
  if (operand?.kind !== "function") return undefined;
  if (operand.name === "size") return "N";
  return operand.name === "list_append" ? "L" : undefined;
}
