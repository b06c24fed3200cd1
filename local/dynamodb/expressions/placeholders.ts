import type { JsonObject } from "../../shared/json";
import { type DynamoDbError, invalid } from "../errors";
import type { AttributeValue } from "../values/attribute-value";
import { checkName } from "../values/limits";
import { readValue } from "../values/validate";

interface Given {
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>> | undefined;
  readonly ExpressionAttributeValues?: Readonly<Record<string, JsonObject>> | undefined;
}

/** Resolves the `#names` and `:values` of a request's expressions, and notes which of them were used. */
export class Placeholders {
  private readonly names = new Map<string, string>();
  private readonly values = new Map<string, AttributeValue>();
  private readonly unusedNames: Set<string>;
  private readonly unusedValues: Set<string>;

  /** Throws a DynamoDbError if one has a wrong name or value. */
  constructor({ ExpressionAttributeNames: names, ExpressionAttributeValues: values }: Given) {
    if (names) this.readNames(names);
    if (values) this.readValues(values);
    this.unusedNames = new Set(this.names.keys());
    this.unusedValues = new Set(this.values.keys());
  }

  /** The attribute name that a `#name` stands for. */
  name(placeholder: string): string | undefined {
    this.unusedNames.delete(placeholder);
    return this.names.get(placeholder);
  }

  /** The value that a `:value` stands for. */
  value(placeholder: string): AttributeValue | undefined {
    this.unusedValues.delete(placeholder);
    return this.values.get(placeholder);
  }

  /** Throws a DynamoDbError if one was given that no expression uses. */
  checkUsed(): void {
    const unused = (kind: string, keys: ReadonlySet<string>) => {
      if (keys.size > 0)
        throw invalid(
          `Value provided in ExpressionAttribute${kind} unused in expressions: keys: {${[...keys].join(", ")}}`,
        );
    };
    unused("Names", this.unusedNames);
    unused("Values", this.unusedValues);
  }

  private readNames(names: Readonly<Record<string, string>>): void {
    const keys = Object.keys(names);
    if (keys.length === 0) throw invalid("ExpressionAttributeNames must not be empty");
    for (const key of keys) {
      if (!/^#[0-9a-zA-Z_]+$/.test(key))
        throw invalid(`ExpressionAttributeNames contains invalid key: Syntax error; key: "${key}"`);
      const name = names[key] ?? "";
      if (name === "")
        throw invalid(`ExpressionAttributeNames contains invalid value: Empty attribute name for key ${key}`);
      checkName(name);
      this.names.set(key, name);
    }
  }

  private readValues(values: Readonly<Record<string, JsonObject>>): void {
    const keys = Object.keys(values);
    if (keys.length === 0) throw invalid("ExpressionAttributeValues must not be empty");
    for (const key of keys)
      if (!/^:[0-9a-zA-Z_]+$/.test(key))
        throw invalid(`ExpressionAttributeValues contains invalid key: Syntax error; key: "${key}"`);
    for (const key of keys)
      try {
        this.values.set(key, readValue(values[key] as JsonObject));
      } catch (error) {
        throw invalid(
          `ExpressionAttributeValues contains invalid value: ${(error as DynamoDbError).message} for key ${key}`,
        );
      }
  }
}
