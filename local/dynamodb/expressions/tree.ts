import type { AttributeValue } from "../values/attribute-value";

/** The place of a value in an item: names of attributes and indexes of lists. */
export type Path = readonly (string | number)[];

/** An expression that stands for a value. */
export type Operand =
  | { readonly kind: "path"; readonly path: Path }
  | { readonly kind: "value"; readonly value: AttributeValue }
  | FunctionCall;

interface FunctionCall {
  readonly kind: "function";
  readonly name: string;
  readonly operands: readonly Operand[];
}

export type Comparator = "=" | "<>" | "<" | "<=" | ">" | ">=";

/** An expression that is true or false of an item. */
export type Condition =
  | { readonly kind: "and" | "or"; readonly left: Condition; readonly right: Condition }
  | { readonly kind: "not"; readonly condition: Condition }
  | { readonly kind: "comparison"; readonly operator: Comparator; readonly left: Operand; readonly right: Operand }
  | { readonly kind: "between"; readonly operand: Operand; readonly low: Operand; readonly high: Operand }
  | { readonly kind: "in"; readonly operand: Operand; readonly list: readonly Operand[] }
  | { readonly kind: "test"; readonly name: string; readonly operands: readonly Operand[] };

/** An expression that SET assigns. */
export type Assigned =
  | Operand
  | { readonly kind: "sum"; readonly operator: "+" | "-"; readonly left: Operand; readonly right: Operand };

/** One change of an update expression. */
export type Action =
  | { readonly kind: "set"; readonly path: Path; readonly value: Assigned }
  | { readonly kind: "remove"; readonly path: Path }
  | { readonly kind: "add" | "delete"; readonly path: Path; readonly value: AttributeValue };

/** A path as errors show it, such as `[a, [1], b]`. */
export const shownPath = (path: Path) =>
  `[${path.map((part) => (typeof part === "number" ? `[${part}]` : part)).join(", ")}]`;

/** The paths that a condition looks at. */
export function pathsIn(condition: Condition): Path[] {
  const paths: Path[] = [];
  const ofOperand = (operand: Operand): void => {
    if (operand.kind === "path") paths.push(operand.path);
    else if (operand.kind === "function") operand.operands.forEach(ofOperand);
  };
  const ofCondition = (inner: Condition): void => {
    switch (inner.kind) {
      case "and":
      case "or":
        ofCondition(inner.left);
        ofCondition(inner.right);
        return;
      case "not":
        ofCondition(inner.condition);
        return;
      case "comparison":
        [inner.left, inner.right].forEach(ofOperand);
        return;
      case "between":
        [inner.operand, inner.low, inner.high].forEach(ofOperand);
        return;
      case "in":
        [inner.operand, ...inner.list].forEach(ofOperand);
        return;
      default:
        inner.operands.forEach(ofOperand);
    }
  };
  ofCondition(condition);
  return paths;
}
