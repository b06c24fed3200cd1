import { StartError } from "../shared/errors";
import { isObject, type JsonObject } from "../shared/json";

/** Evaluates a string of the definition. `where` names its attribute in errors. */
export type Evaluate = (template: string, where: string) => string;

/**
 * A block of the definition: a resource, or a block nested in one. Each method reads an attribute as one type and
 * throws a StartError that names resource and attribute if its value is of another.
 */
export class Block {
  constructor(
    /** The path of the block, such as `aws_dynamodb_table.posts` or `aws_dynamodb_table.posts.ttl`. */
    readonly address: string,
    readonly values: JsonObject,
    private readonly evaluateText: Evaluate,
  ) {}

  /** Returns whether the block has an attribute that is not null. */
  has(key: string): boolean {
    return this.values[key] !== undefined && this.values[key] !== null;
  }

  text(key: string): string {
    const value = this.values[key];
    if (typeof value !== "string") throw this.wrong(key, "a string");
    return this.evaluate(value, key);
  }

  number(key: string): number {
    const value = this.values[key];
    if (typeof value !== "number") throw this.wrong(key, "a number");
    return value;
  }

  flag(key: string, fallback: boolean): boolean {
    const value = this.values[key] ?? fallback;
    if (typeof value !== "boolean") throw this.wrong(key, "true or false");
    return value;
  }

  /** Returns the value if it is one of those that are emulated, and throws a StartError otherwise. */
  oneOf<const Value extends string>(key: string, emulated: readonly Value[], fallback?: Value): Value {
    const value = this.has(key) || fallback === undefined ? this.text(key) : fallback;
    const found = emulated.find((candidate) => candidate === value);
    if (found === undefined) {
      const list = emulated.map((candidate) => `"${candidate}"`).join(" or ");
      throw new StartError(`${this.address}: ${key} "${value}" is not emulated: only ${list} is.`);
    }
    return found;
  }

  texts(key: string): string[] {
    const value = this.values[key] ?? [];
    if (!Array.isArray(value)) throw this.wrong(key, "a list of strings");
    return value.map((item: unknown, index) => {
      if (typeof item !== "string") throw this.wrong(`${key}[${index}]`, "a string");
      return this.evaluate(item, key);
    });
  }

  /** Returns a map of strings, such as `variables`. */
  map(key: string): Record<string, string> {
    const value = this.values[key] ?? {};
    if (!isObject(value)) throw this.wrong(key, "a map");
    const block = new Block(`${this.address}.${key}`, value, this.evaluateText);
    return Object.fromEntries(Object.keys(value).map((name) => [name, block.text(name)]));
  }

  /** Returns the nested blocks of a kind. CDKTF writes a single one without a list around it. */
  blocks(key: string): Block[] {
    const value = this.values[key] ?? [];
    const list: readonly unknown[] = Array.isArray(value) ? value : [value];
    return list.map((item) => {
      if (!isObject(item)) throw this.wrong(key, "a block");
      return new Block(`${this.address}.${key}`, item, this.evaluateText);
    });
  }

  /** Returns the only nested block of a kind, if there is one. */
  block(key: string): Block | undefined {
    const [first, second] = this.blocks(key);
    if (second) throw this.wrong(key, "one block");
    return first;
  }

  private evaluate(value: string, key: string): string {
    return this.evaluateText(value, `${this.address}: ${key}`);
  }

  private wrong(key: string, expected: string): StartError {
    const value = this.values[key];
    const found = value === undefined ? "it is missing" : `it is ${JSON.stringify(value)}`;
    return new StartError(`${this.address}: ${key} must be ${expected}, but ${found}.`);
  }
}
