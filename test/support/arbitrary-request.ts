/** Makes arbitrary requests: most as the API's document allows them, some as it does not. */
import fc from "fast-check";
import type { OpenApiDocument, Operation, Parameter } from "../../api/openapi/document";
import type { Schema } from "../../api/openapi/schemas";
import { isWellFormed } from "../../domain/shared/json";
import { anyText } from "./arbitrary-text";

/** A request, made before the post or comment is that it is about. */
export interface FuzzedRequest {
  readonly method: string;
  /** `{id}` stands for the id of a post or comment that is there; `{cursor}` in the query for the cursor of a list. */
  readonly path: string;
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  readonly isBase64Encoded: boolean;
  readonly caller: "nobody" | "guest" | "alice" | "bob" | "a liar";
}

/** Texts of kinds that other programs have failed at. */
export const hostile = fc.oneof(
  fc.constantFrom(
    "",
    "\0",
    "\u202egnp.exe",
    "\ud800",
    "e\u0301".repeat(50),
    `a${"\u0301".repeat(10_000)}`,
    "\u200b",
    "%00",
    "%Ft",
    "%E0%A4%A",
    "../../etc/passwd",
    "__proto__",
    "constructor",
    "1e400",
    "-0",
    "null",
    "x".repeat(10_000),
    "a\r\nset-cookie: b=c",
    "<script>alert(1)</script>",
    "' OR 1=1 --",
    "{{7*7}}",
    "日本語",
    "👩‍👩‍👧‍👦".repeat(100),
  ),
  anyText(),
  fc.string(),
);

export const hostileJson = fc.oneof(
  fc.json({ maxDepth: 4 }),
  hostile,
  fc.constantFrom(
    "[".repeat(10_000),
    '{"__proto__":{"admin":true}}',
    "1e999",
    '{"title":"a","title":"b"}',
    '"\\ud800"',
  ),
  hostile.map((text) => JSON.stringify({ title: text, content: text })),
  hostile.map((text) => JSON.stringify({ content: text, [text]: text })),
);

/** Makes values that a schema allows, except for rules that it states in words only. */
function valid(schema: Schema, document: OpenApiDocument): fc.Arbitrary<unknown> {
  if ("$ref" in schema) {
    const referred = document.components.schemas[schema.$ref.split("/").at(-1) ?? ""];
    if (!referred) throw new Error(`${schema.$ref} leads nowhere`);
    return valid(referred, document);
  }
  const { type, properties = {}, required = [], pattern, minLength = 0, maxLength = 40, minimum, maximum } = schema;
  if (type === "object")
    return fc.record(
      Object.fromEntries(Object.entries(properties).map(([name, property]) => [name, valid(property, document)])),
      { requiredKeys: required },
    );
  if ("items" in schema && schema.items)
    return fc.array(valid(schema.items, document), { maxLength: Math.min(5, schema.maxItems ?? 5) });
  if (type === "integer") return fc.integer({ min: minimum ?? 0, max: maximum ?? 100 });
  if (pattern !== undefined && !pattern.includes("\\p")) return fc.stringMatching(new RegExp(pattern));
  // The schemas say in words only that one character must be visible.
  return fc
    .string({ unit: "grapheme", minLength: Math.max(0, minLength - 1), maxLength: Math.min(40, maxLength - 1) })
    .map((text) => `a${text}`);
}

/** Makes requests to one operation, three quarters of which its document allows. */
export function requestsTo(
  document: OpenApiDocument,
  method: string,
  path: string,
  { parameters, requestBody }: Operation,
): fc.Arbitrary<FuzzedRequest> {
  const mostly = <Value>(allowed: fc.Arbitrary<Value>, other: fc.Arbitrary<Value>) =>
    fc.oneof({ weight: 7, arbitrary: allowed }, { weight: 1, arbitrary: other });
  const valuesOf = ({ name, schema }: Parameter) =>
    mostly(name === "cursor" ? fc.constant("{cursor}") : valid(schema, document).map(String), hostile);
  /** Makes some of the parameters in a place. */
  const fieldsIn = (place: Parameter["in"]): fc.Arbitrary<Record<string, string>> =>
    fc
      .tuple(
        ...parameters
          .filter((one) => one.in === place)
          .map((one) => fc.option(valuesOf(one)).map((value) => (value === null ? [] : [[one.name, value] as const]))),
      )
      .map((fields) => Object.fromEntries(fields.flat()));
  const bodySchema = requestBody?.content["application/json"]?.schema;
  const id = mostly(fc.constant("{id}"), fc.oneof(fc.uuid(), hostile.map(encodeLoosely), hostile));
  return fc.record({
    method: mostly(
      fc.constant(method),
      fc.constantFrom("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "get"),
    ),
    path: id.map((text) => path.replace("{id}", () => text)),
    query: mostly(
      fieldsIn("query").map((fields) => new URLSearchParams(fields).toString()),
      hostile,
    ),
    headers: mostly(
      fieldsIn("header"),
      fc.dictionary(
        fc.oneof(
          fc.constantFrom(
            "if-match",
            "idempotency-key",
            "x-request-id",
            "if-none-match",
            "content-type",
            "cookie",
            "host",
          ),
          hostile,
        ),
        hostile,
      ),
    ),
    body: bodySchema
      ? mostly<string | undefined>(
          valid(bodySchema, document).map((value) => JSON.stringify(value)),
          hostileJson,
        )
      : mostly<string | undefined>(fc.constant(undefined), hostileJson),
    isBase64Encoded: mostly(fc.constant(false), fc.constant(true)),
    caller: fc.constantFrom("nobody", "guest", "alice", "alice", "bob", "bob", "a liar"),
  });
}

/** Encodes a text for a path. Text with lone surrogates has no encoding, and is left as it is. */
export function encodeLoosely(text: string): string {
  return isWellFormed(text) ? encodeURIComponent(text) : text;
}
