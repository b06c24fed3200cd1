import { invalidParameters } from "../errors";
import type { Action } from "../expressions/tree";
import { attributeValue, map, oneOf, structure, type ValueOf } from "../requests/shape";
import { typeOf } from "../values/attribute-value";
import { readValue } from "../values/validate";

export const attributeUpdates = map(
  structure("AttributeValueUpdate", { Value: attributeValue, Action: oneOf("ADD", "DELETE", "PUT") }),
  "AttributeValueUpdate",
);

const SETS = ["SS", "NS", "BS"];

/** Reads `AttributeUpdates`, which came before update expressions. Throws a DynamoDbError for what AWS refuses. */
export function readAttributeUpdates(given: ValueOf<typeof attributeUpdates>): Action[] {
  return Object.entries(given).map(([name, { Value, Action: action = "PUT" }]) => {
    const path = [name];
    if (!Value) {
      if (action !== "DELETE")
        throw invalidParameters("Only DELETE action is allowed when no attribute value is specified");
      return { kind: "remove", path };
    }
    const value = readValue(Value);
    const type = typeOf(value);
    if (action === "PUT") return { kind: "set", path, value: { kind: "value", value } };
    if (action === "DELETE" && !SETS.includes(type))
      throw invalidParameters(`DELETE action with value is not supported for the type ${type}`);
    if (action === "ADD" && ![...SETS, "N", "L"].includes(type))
      throw invalidParameters(`ADD action is not supported for the type ${type}`);
    return { kind: action === "ADD" ? "add" : "delete", path, value };
  });
}
