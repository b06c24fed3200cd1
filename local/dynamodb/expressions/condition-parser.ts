import { type AttributeValue, typeOf } from "../values/attribute-value";
import { compare } from "../values/compare";
import { checkConditionFunction, TESTS } from "./functions";
import { Parser } from "./parser";
import type { Comparator, Condition, Operand } from "./tree";
import { shownPath } from "./tree";

type Node = Condition | Operand;

const COMPARATORS: readonly string[] = ["=", "<>", "<", "<=", ">", ">="];
const KEYWORDS: ReadonlySet<string> = new Set(["AND", "OR", "NOT", "BETWEEN", "IN"]);
const ORDERED: readonly string[] = ["S", "N", "B"];
const REDUNDANT = "The expression has redundant parentheses;";
const MISUSED = "The function is not allowed to be used this way in an expression; function: ";

/** Parses condition, filter and key condition expressions. */
export class ConditionParser extends Parser {
  /** The node that was read last in parentheses of its own: a second pair around it is redundant. */
  private enclosed: Node | undefined;

  /** Throws a DynamoDbError, in AWS's words, if the expression is wrong. */
  parse(): Condition {
    const node = this.condition(this.or());
    if (this.next.kind !== "end") throw this.syntaxError();
    const message = this.firstMistake(["parens", "unknownFunction", "misusedFunction", "reserved", "condition"]);
    if (message !== undefined) throw this.error(message);
    return node;
  }

  private or(): Node {
    let left = this.and();
    while (isOperator(this.next.text, "OR") && isCondition(left)) {
      this.take();
      this.countOperator();
      left = { kind: "or", left, right: this.condition(this.and()) };
    }
    return left;
  }

  private and(): Node {
    let left = this.not();
    while (isOperator(this.next.text, "AND") && isCondition(left)) {
      this.take();
      this.countOperator();
      left = { kind: "and", left, right: this.condition(this.not()) };
    }
    return left;
  }

  private not(): Node {
    let negations = 0;
    while (isOperator(this.next.text, "NOT")) {
      this.take();
      this.countOperator();
      negations++;
    }
    let node = this.comparison();
    for (; negations > 0; negations--) node = { kind: "not", condition: this.condition(node) };
    return node;
  }

  private comparison(): Node {
    const left = this.primary();
    const word = this.next.text.toUpperCase();
    const compares = COMPARATORS.includes(word) || (this.next.kind === "name" && (word === "BETWEEN" || word === "IN"));
    if (!compares) return left;
    if (isCondition(left) && left.kind !== "test") throw this.syntaxError();
    const operand = this.operandOf(left);
    this.take();
    this.countOperator();
    if (word === "BETWEEN") return this.between(operand);
    if (word === "IN") return this.in(operand);
    const right = this.operandOf(this.primary());
    this.checkDistinct(word, operand, right);
    if (word !== "=" && word !== "<>") this.checkOrdered(word, [operand, right]);
    this.settle();
    return { kind: "comparison", operator: word as Comparator, left: operand, right };
  }

  private between(operand: Operand): Condition {
    const low = this.operandOf(this.primary());
    this.expect("AND");
    const high = this.operandOf(this.primary());
    this.checkOrdered("BETWEEN", [operand, low, high]);
    this.checkBounds(low, high);
    this.settle();
    return { kind: "between", operand, low, high };
  }

  private in(operand: Operand): Condition {
    this.expect("(");
    const list = [this.operandOf(this.primary())];
    while (this.accept(",")) list.push(this.operandOf(this.primary()));
    this.expect(")");
    if (list.length > 100)
      this.mistake(
        "operand",
        `Incorrect number of operands for operator or function; operator or function: IN, number of operands: ${list.length + 1}`,
      );
    this.settle();
    return { kind: "in", operand, list };
  }

  private primary(): Node {
    if (this.accept("(")) {
      const node = this.nested(REDUNDANT, () => this.or());
      this.expect(")");
      if (this.enclosed === node) this.mistake("parens", REDUNDANT);
      this.enclosed = node;
      return node;
    }
    if (this.next.kind === "value") return { kind: "value", value: this.value() };
    if (KEYWORDS.has(this.next.text.toUpperCase())) throw this.syntaxError();
    if (this.next.kind === "name" && this.afterNext.text === "(") return this.call();
    return { kind: "path", path: this.path() };
  }

  private call(): Node {
    const name = this.take().text;
    this.expect("(");
    const operands = this.nested(MISUSED + name, () => {
      const found = [this.operandOf(this.primary())];
      while (this.accept(",")) found.push(this.operandOf(this.primary()));
      return found;
    });
    this.expect(")");
    const wrong = checkConditionFunction(name, operands);
    if (wrong) this.mistake(wrong.kind, wrong.message);
    if (operands.length === 2) this.checkDistinct(name, operands[0] as Operand, operands[1] as Operand);
    if (!TESTS.has(name)) return { kind: "function", name, operands };
    this.settle();
    return { kind: "test", name, operands };
  }

  /** The node, which has to be a condition. */
  private condition(node: Node): Condition {
    if (isCondition(node)) return node;
    if (node.kind !== "function") throw this.syntaxError();
    this.mistake("misusedFunction", MISUSED + node.name);
    return { kind: "test", name: node.name, operands: node.operands };
  }

  /** The node, which has to be an operand. */
  private operandOf(node: Node): Operand {
    if (!isCondition(node)) return node;
    if (node.kind !== "test") throw this.syntaxError();
    this.mistake("misusedFunction", MISUSED + node.name);
    return { kind: "function", name: node.name, operands: node.operands };
  }

  private checkDistinct(operator: string, left: Operand, right: Operand): void {
    if (left.kind !== "path" || right.kind !== "path" || shownPath(left.path) !== shownPath(right.path)) return;
    this.mistake(
      "distinct",
      "The first operand must be distinct from the remaining operands for this operator or function; operator: " +
        `${operator}, first operand: ${shownPath(left.path)}`,
    );
  }

  private checkOrdered(operator: string, operands: readonly Operand[]): void {
    for (const operand of operands)
      if (operand.kind === "value" && !ORDERED.includes(typeOf(operand.value)))
        this.mistake(
          "function",
          `Incorrect operand type for operator or function; operator or function: ${operator}, operand type: ${typeOf(operand.value)}`,
        );
  }

  private checkBounds(low: Operand, high: Operand): void {
    if (low.kind !== "value" || high.kind !== "value") return;
    const bounds = `lower bound operand: AttributeValue: ${shownValue(low.value)}, upper bound operand: AttributeValue: ${shownValue(high.value)}`;
    if (typeOf(low.value) !== typeOf(high.value))
      this.mistake("function", `The BETWEEN operator requires same data type for lower and upper bounds; ${bounds}`);
    else if ((compare(low.value, high.value) ?? 0) > 0)
      this.mistake(
        "function",
        `The BETWEEN operator requires upper bound to be greater than or equal to lower bound; ${bounds}`,
      );
  }

  /** Notes the mistake that AWS names: of those in one condition the first of these kinds, of several conditions the first. */
  private settle(): void {
    const message = this.firstMistake(["reference", "operand", "distinct", "function"]);
    if (message !== undefined) this.mistake("condition", message);
  }
}

function isCondition(node: Node): node is Condition {
  return node.kind !== "path" && node.kind !== "value" && node.kind !== "function";
}

const isOperator = (text: string, operator: string) => text.toUpperCase() === operator;

function shownValue(value: AttributeValue): string {
  const [[type, content]] = Object.entries(value) as [[string, unknown]];
  return `{${type}:${typeof content === "object" ? JSON.stringify(content) : content}}`;
}
