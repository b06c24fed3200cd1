import { isObject, type Json, parseJson } from "../shared/json";

/** The most levels of a value that are written out. Clients nest thousands, and each is a call; no route key has as many. */
const MAX_DEPTH = 32;

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
function stringified(value: Json, depth = 0): string {
  if (depth > MAX_DEPTH) return "…";
  if (Array.isArray(value)) return `[${value.map((item) => stringified(item, depth + 1)).join(", ")}]`;
  if (isObject(value))
    return `{${Object.entries(value)
      .map(([name, item]) => `${name}=${stringified(item, depth + 1)}`)
      .join(", ")}}`;
  return String(value);
}
