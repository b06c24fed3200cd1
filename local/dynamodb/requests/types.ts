import type { Json, JsonObject } from "../../shared/json";
import { unserializable } from "../errors";
import { DEEPEST } from "../values/limits";
import type { Description } from "./shape";

/**
 * Reads a request as its shape says: members that the shape does not know, and nulls, are left out. Throws the
 * SerializationException that AWS answers if something is of another type.
 * @param inner whether it is an element of a list or a value of a map, of which errors speak in other words
 */
export function typed(value: Json, shape: Description, inner = false): Json {
  switch (shape.type) {
    case "String":
      return text(value, "String");
    case "Integer":
    case "Long":
    case "Double":
      return number(value, shape.type);
    case "Boolean":
      return flag(value);
    case "List":
      return elements(value, inner).map((element) => typed(element, shape.of, true));
    case "Map": {
      const java = `java.util.Map<java.lang.String, ${qualified(shape.java)}>`;
      return entries(value, java, (member) => typed(member, shape.of, true), inner);
    }
    case "Structure":
      return members(value, shape.java, shape.members, inner ? PAYLOAD : FIELD);
    default:
      return attributeValue(value, 0, inner ? PAYLOAD : FIELD);
  }
}

const qualified = (java: string) => (java.includes(".") ? java : `com.amazonaws.dynamodb.v20120810.${java}`);
const PAYLOAD = "Unexpected value type in payload";
const FIELD = "Unexpected field type";
const PARAMETERIZED =
  "class sun.reflect.generics.reflectiveObjects.ParameterizedTypeImpl cannot be cast to class java.lang.Class " +
  "(sun.reflect.generics.reflectiveObjects.ParameterizedTypeImpl and java.lang.Class are in module java.base of loader " +
  "'bootstrap')";
const STRUCTURE = "Start of structure or map found where not expected";

function members(
  value: Json,
  java: string,
  known: Readonly<Record<string, { readonly shape: Description }>>,
  message: string,
) {
  if (Array.isArray(value)) throw unserializable(`Unrecognized collection type class ${qualified(java)}`);
  if (!isMap(value)) throw unserializable(message);
  const found: Record<string, Json> = Object.create(null);
  for (const name in known) {
    const member = own(value, name);
    if (member !== undefined && member !== null)
      found[name] = typed(member, (known[name] as { shape: Description }).shape);
  }
  return found;
}

function attributeValue(value: Json, depth: number, message = PAYLOAD): JsonObject {
  if (Array.isArray(value)) throw unserializable(`Unrecognized collection type class ${qualified("AttributeValue")}`);
  if (!isMap(value)) throw unserializable(message);
  const found: Record<string, Json> = {};
  for (const type of Object.keys(value)) {
    const member = value[type];
    if (member === null || member === undefined) continue;
    switch (type) {
      case "S":
      case "N":
        found[type] = text(member, "String");
        break;
      case "B":
        found[type] = binary(member);
        break;
      case "BOOL":
      case "NULL":
        found[type] = flag(member);
        break;
      case "SS":
      case "NS":
        found[type] = elements(member).map((element) => text(element, "String"));
        break;
      case "BS":
        found[type] = elements(member).map(binary);
        break;
      case "L":
        found[type] = depth > DEEPEST ? [] : elements(member).map((element) => attributeValue(element, depth + 1));
        break;
      case "M": {
        const java = `java.util.Map<java.lang.String, ${qualified("AttributeValue")}>`;
        found[type] = depth > DEEPEST ? {} : entries(member, java, (element) => attributeValue(element, depth + 1));
        break;
      }
    }
  }
  return found;
}

function entries(value: Json, java: string, read: (value: Json) => Json, inner = false): JsonObject {
  if (Array.isArray(value)) throw unserializable(`Unrecognized collection type ${java}`);
  if (!isMap(value)) throw unserializable(inner ? PARAMETERIZED : FIELD);
  const found: Record<string, Json> = Object.create(null);
  for (const key of Object.keys(value)) {
    const member = value[key];
    if (member !== null && member !== undefined) found[key] = read(member);
  }
  return found;
}

function elements(value: Json, inner = false): readonly Json[] {
  if (Array.isArray(value)) return value;
  throw unserializable(isMap(value) ? STRUCTURE : inner ? PARAMETERIZED : FIELD);
}

function text(value: Json, type: string): string {
  if (typeof value !== "string") throw scalarError(value, type);
  // A lone half of a surrogate pair has no UTF-8: it becomes the replacement character, as when it is stored.
  return /[\ud800-\udfff]/.test(value) ? Buffer.from(value).toString() : value;
}

function number(value: Json, type: "Integer" | "Long" | "Double"): number {
  if (typeof value !== "number") throw scalarError(value, type);
  return type === "Double" ? value : Math.trunc(value);
}

function flag(value: Json): boolean {
  if (typeof value === "boolean") return value;
  if (typeof value !== "string") throw scalarError(value, "Boolean");
  if (/^(?:true|1|yes)$/i.test(value)) return true;
  if (/^(?:false|0|no)$/i.test(value)) return false;
  throw unserializable("Unexpected token received from parser");
}

function binary(value: Json): string {
  if (Array.isArray(value)) throw unserializable("Unrecognized collection type class java.nio.ByteBuffer");
  if (isMap(value)) throw unserializable(STRUCTURE);
  if (typeof value !== "string") throw unserializable("only base-64-encoded strings are convertible to bytes");
  if (value.length % 4 !== 0)
    throw unserializable(`Base64 encoded length is expected a multiple of 4 bytes but found: ${value.length}`);
  if (Buffer.from(value, "base64").toString("base64") !== value)
    throw unserializable("Invalid last non-pad Base64 character dectected");
  return value;
}

function scalarError(value: Json, type: string) {
  if (Array.isArray(value)) return unserializable(`Unrecognized collection type class java.lang.${type}`);
  if (isMap(value)) return unserializable(STRUCTURE);
  return unserializable(`${tokenOf(value)} cannot be converted to ${type}`);
}

function tokenOf(value: Json): string {
  if (typeof value === "boolean") return value ? "TRUE_VALUE" : "FALSE_VALUE";
  if (typeof value === "number") return Number.isInteger(value) ? "NUMBER_VALUE" : "DECIMAL_VALUE";
  return "STRING_VALUE";
}

function isMap(value: Json): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function own(value: JsonObject, name: string): Json | undefined {
  return Object.hasOwn(value, name) ? value[name] : undefined;
}
