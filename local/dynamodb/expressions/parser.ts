import { invalid } from "../errors";
import type { AttributeValue } from "../values/attribute-value";
import type { Placeholders } from "./placeholders";
import { isReserved } from "./reserved-words";
import { type Token, tokensOf } from "./tokens";
import type { Path } from "./tree";

// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
const MOST_BYTES = 4096;
const MOST_OPERATORS = 300;
const DEEPEST_PATH = 32;
/** No expression that keeps the limit of operators is nested more deeply without being wrong for another reason. */
const DEEPEST = MOST_OPERATORS + 20;

/** The kinds of an expression, as its errors name them. */
export type ExpressionKind =
  | "ConditionExpression"
  | "FilterExpression"
  | "KeyConditionExpression"
  | "ProjectionExpression"
  | "UpdateExpression";

/**
 * The base of the parsers of all kinds of expressions. It reads from left to right, each token once. A syntax error is
 * thrown where it is met; of what is wrong otherwise, AWS names the kind that comes first in its own order.
 */
export abstract class Parser {
  private readonly tokens: readonly Token[];
  private position = 0;
  private operators = 0;
  private depth = 0;
  private readonly mistakes = new Map<string, string>();

  constructor(
    protected readonly kind: ExpressionKind,
    private readonly expression: string,
    protected readonly placeholders: Placeholders,
  ) {
    if (expression.trim() === "") throw this.error("The expression can not be empty;");
    const size = Buffer.byteLength(expression);
    if (size > MOST_BYTES)
      throw this.error(`Expression size has exceeded the maximum allowed size; expression size: ${size}`);
    this.tokens = tokensOf(expression);
  }

  protected error(message: string): Error {
    return invalid(`Invalid ${this.kind}: ${message}`);
  }

  protected get next(): Token {
    return this.tokens[this.position] as Token;
  }

  protected get afterNext(): Token {
    return this.tokens[this.position + 1] ?? this.next;
  }

  protected take(): Token {
    const token = this.next;
    if (token.kind !== "end") this.position++;
    return token;
  }

  /** Takes the next token if it is this sign, or this word in whatever case. */
  protected accept(text: string): boolean {
    const { kind, text: found } = this.next;
    if (kind !== "sign" && kind !== "name") return false;
    if (found !== text && found.toUpperCase() !== text) return false;
    this.position++;
    return true;
  }

  protected expect(text: string): void {
    if (!this.accept(text)) throw this.syntaxError();
  }

  protected syntaxError(): Error {
    const before = this.tokens[this.position - 1] ?? this.next;
    const near = this.expression.slice(before.start, this.afterNext.end);
    return this.error(`Syntax error; token: "${this.next.text}", near: "${near}"`);
  }

  protected countOperator(): void {
    this.operators++;
    if (this.operators > MOST_OPERATORS)
      throw this.error(`The expression contains too many operators; operator count: ${this.operators}`);
  }

  /** Reads what is nested. Throws, with this message, where it is nested too deeply to be right. */
  protected nested<T>(message: string, read: () => T): T {
    this.depth++;
    if (this.depth > DEEPEST) throw this.error(message);
    const result = read();
    this.depth--;
    return result;
  }

  /** Remembers what is wrong, if it is the first of its kind. */
  protected mistake(kind: string, message: string): void {
    if (!this.mistakes.has(kind)) this.mistakes.set(kind, message);
  }

  /** Returns the mistake whose kind comes first among these. */
  protected firstMistake(kinds: readonly string[]): string | undefined {
    for (const kind of kinds) {
      const message = this.mistakes.get(kind);
      if (message !== undefined) return message;
    }
    return undefined;
  }

  /** Reads a path such as `a.#b[3]`. */
  protected path(): Path {
    const path: (string | number)[] = [this.pathName()];
    for (;;) {
      if (this.accept(".")) path.push(this.pathName());
      else if (this.accept("[")) {
        if (this.next.kind !== "number") throw this.syntaxError();
        const index = Number(this.take().text);
        if (index > 2 ** 31 - 1) throw this.error(`List index is not within the allowable range; index: [${index}]`);
        path.push(index);
        this.expect("]");
      } else break;
    }
    if (path.length > DEEPEST_PATH)
      throw this.error(`The document path has too many nesting elements; nesting levels: ${path.length}`);
    return path;
  }

  private pathName(): string {
    const { kind, text } = this.next;
    if (kind !== "name" && kind !== "placeholder") throw this.syntaxError();
    this.take();
    if (kind === "name") {
      if (isReserved(text)) this.mistake("reserved", `Attribute name is a reserved keyword; reserved keyword: ${text}`);
      return text;
    }
    const name = this.placeholders.name(text);
    if (name === undefined) {
      const message = `An expression attribute name used in the document path is not defined; attribute name: ${text}`;
      this.mistake("name", message);
      this.mistake("reference", message);
    }
    return name ?? text;
  }

  /** Reads a value such as `:v`. */
  protected value(): AttributeValue {
    const { kind, text } = this.next;
    if (kind !== "value") throw this.syntaxError();
    this.take();
    const value = this.placeholders.value(text);
    if (value === undefined) {
      const message = `An expression attribute value used in expression is not defined; attribute value: ${text}`;
      this.mistake("value", message);
      this.mistake("reference", message);
    }
    return value ?? { NULL: true };
  }
}
