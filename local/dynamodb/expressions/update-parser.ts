import { typeOf } from "../values/attribute-value";
import { checkCount, needsPath, wrongType } from "./functions";
import { Parser } from "./parser";
import { PathTree } from "./path-tree";
import type { Action, Assigned, Operand, Path } from "./tree";

const OPERANDS = { if_not_exists: 2, list_append: 2 };
const WORDS: Readonly<Record<string, string>> = {
  S: "STRING",
  N: "NUMBER",
  B: "BINARY",
  NULL: "NULL",
  BOOL: "BOOLEAN",
  L: "LIST",
  M: "MAP",
};
/** AWS's order: of several mistakes it names the first of these kinds. */
const ORDER = [
  "reserved",
  "unknownFunction",
  "section",
  "name",
  "value",
  "overlap",
  "conflict",
  "operator",
  "operand",
  "function",
];

/** Parses update expressions. */
export class UpdateParser extends Parser {
  private readonly actions: Action[] = [];
  private readonly paths = new PathTree<true>();
  private readonly sections = new Set<string>();

  /** Throws a DynamoDbError, in AWS's words, if the expression is wrong. */
  parse(): readonly Action[] {
    do this.section();
    while (this.next.kind !== "end");
    const message = this.firstMistake(ORDER);
    if (message !== undefined) throw this.error(message);
    return this.actions;
  }

  private section(): void {
    const { kind, text } = this.next;
    const name = text.toUpperCase();
    const read = this.readers.get(name);
    if (kind !== "name" || !read) throw this.syntaxError();
    this.take();
    if (this.sections.has(name))
      this.mistake("section", `The "${name}" section can only be used once in an update expression;`);
    this.sections.add(name);
    do this.add(read());
    while (this.accept(","));
  }

  private readonly readers: ReadonlyMap<string, () => Action> = new Map<string, () => Action>([
    [
      "SET",
      () => {
        const path = this.path();
        this.expect("=");
        return { kind: "set", path, value: this.assigned() };
      },
    ],
    ["REMOVE", () => ({ kind: "remove", path: this.path() })],
    ["ADD", () => this.withValue("add")],
    ["DELETE", () => this.withValue("delete")],
  ]);

  private withValue(kind: "add" | "delete"): Action {
    const path = this.path();
    const value = this.value();
    const type = typeOf(value);
    const word = WORDS[type];
    if (word !== undefined && !(kind === "add" && type === "N"))
      this.mistake(
        "operator",
        `Incorrect operand type for operator or function; operator: ${kind.toUpperCase()}, operand type: ${word}`,
      );
    return { kind, path, value };
  }

  private add(action: Action): void {
    const clash = this.paths.add(action.path, true);
    if (clash) this.mistake(clash.kind, clash.message);
    this.actions.push(action);
  }

  private assigned(): Assigned {
    if (this.accept("(")) {
      const value = this.nested("The expression has redundant parentheses;", () => this.assigned());
      this.expect(")");
      return value.kind === "sum" ? value : this.sum(value);
    }
    return this.sum(this.operand());
  }

  private sum(left: Operand): Assigned {
    const operator = this.accept("+") ? "+" : this.accept("-") ? "-" : undefined;
    if (operator === undefined) return left;
    this.countOperator();
    const right = this.operand();
    const wrong = wrongType(operator, [left, right], (type) => type !== "N");
    if (wrong) this.mistake(wrong.kind, wrong.message);
    return { kind: "sum", operator, left, right };
  }

  /** The words that begin a section are no names of attributes. */
  protected override path(): Path {
    if (this.readers.has(this.next.text.toUpperCase())) throw this.syntaxError();
    return super.path();
  }

  private operand(): Operand {
    if (this.accept("(")) {
      const operand = this.nested("The expression has redundant parentheses;", () => this.operand());
      this.expect(")");
      return operand;
    }
    if (this.next.kind === "value") return { kind: "value", value: this.value() };
    if (this.next.kind === "name" && this.afterNext.text === "(") return this.call();
    return { kind: "path", path: this.path() };
  }

  private call(): Operand {
    const name = this.take().text;
    this.expect("(");
    const operands = this.nested(`Invalid function name; function: ${name}`, () => {
      const found = [this.operand()];
      while (this.accept(",")) found.push(this.operand());
      return found;
    });
    this.expect(")");
    const wrong =
      checkCount(name, operands, OPERANDS) ??
      (name === "list_append"
        ? wrongType(name, operands, (type) => type !== "L")
        : operands[0]?.kind === "path"
          ? undefined
          : needsPath(name));
    if (wrong) this.mistake(wrong.kind, wrong.message);
    return { kind: "function", name, operands };
  }
}
