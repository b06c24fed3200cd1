import type { Json, JsonObject } from "../../shared/json";
import { invalid, invalidParameters } from "../errors";
import { type AttributeValue, emptyItem, type Item } from "./attribute-value";
import { normalized } from "./decimal";
import { DEEPEST } from "./limits";

/**
 * Reads an item whose JSON is of the right types (see `requests/types.ts`): numbers come in DynamoDB's own form. Throws
 * the ValidationException that AWS answers for values that cannot be stored.
 */
export function readItem(json: JsonObject, depth = 0): Item {
  const item = emptyItem();
  for (const name of Object.keys(json)) item[name] = readValue(json[name] as JsonObject, depth);
  return item;
}

/** Reads one value; see `readItem`. */
export function readValue(json: JsonObject, depth = 0): AttributeValue {
  const [type, second] = Object.keys(json);
  if (type === undefined)
    throw invalid("Supplied AttributeValue is empty, must contain exactly one of the supported datatypes");
  const value = memberOf(type, json[type] as Json, depth);
  if (second !== undefined) {
    memberOf(second, json[second] as Json, depth);
    throw invalid(
      "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes",
    );
  }
  return value;
}

function memberOf(type: string, value: Json, depth: number): AttributeValue {
  switch (type) {
    case "S":
      return { S: value as string };
    case "N":
      return { N: normalized(value as string) };
    case "B":
      return { B: value as string };
    case "BOOL":
      return { BOOL: value as boolean };
    case "NULL":
      if (value !== true) throw invalidParameters("Null attribute value types must have the value of true");
      return { NULL: true };
    case "SS": {
      const members = value as readonly string[];
      if (members.length === 0) throw invalidParameters("An string set  may not be empty");
      if (hasDuplicates(members))
        throw invalidParameters(`Input collection [${members.join(", ")}] contains duplicates.`);
      return { SS: members };
    }
    case "NS": {
      const members = value as readonly string[];
      if (members.length === 0) throw invalidParameters("An number set  may not be empty");
      const numbers = members.map(normalized);
      if (hasDuplicates(numbers)) throw invalid("Input collection contains duplicates");
      return { NS: numbers };
    }
    case "BS": {
      const members = value as readonly string[];
      if (members.length === 0) throw invalidParameters("Binary sets should not be empty");
      if (hasDuplicates(members))
        throw invalidParameters(`Input collection [${members.join(", ")}]of type BS contains duplicates.`);
      return { BS: members };
    }
    case "L":
      checkDepth(depth);
      return { L: (value as readonly JsonObject[]).map((member) => readValue(member, depth + 1)) };
    default:
      checkDepth(depth);
      return { M: readItem(value as JsonObject, depth + 1) };
  }
}

function checkDepth(depth: number): void {
  if (depth >= DEEPEST) throw invalid("Nesting Levels have exceeded supported limits");
}

const hasDuplicates = (members: readonly string[]) => new Set(members).size < members.length;
