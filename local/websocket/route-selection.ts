import { isObject, type Json, parseJson } from "../shared/json";

/**
 * Returns the route key that a message asks for: the value at `path` of its JSON, as text. A message that is not JSON,
 * or has no such value, asks for none. See
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-selection-expressions.html
 */
export function selectRoute(message: string, path: readonly string[]): string | undefined {
  let value: Json | undefined = parseJson(message);
  for (const name of path) value = isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  return value === undefined ? undefined : stringified(value);
}

/** Converts a value to text as API Gateway does, with lists and maps in Java's form: `[a, b]` and `{a=b}`. */
function stringified(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(stringified).join(", ")}]`;
  if (isObject(value))
    return `{${Object.entries(value)
      .map(([name, item]) => `${name}=${stringified(item)}`)
      .join(", ")}}`;
  return String(value);
}
