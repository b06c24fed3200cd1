/** Makes what clients should not send: texts, JSON and HTTP messages that other programs have failed at. */
import fc from "fast-check";
import type { Json } from "../../local/shared/json";
import { hostile, hostileJson } from "../support/arbitrary-request";

/** Nested deeper than any program should follow with calls of its own. */
const abyss = fc
  .tuple(
    fc.constantFrom(["[", "]"], ['{"L":[', "]}"], ['{"M":{"a":', "}}"], ['{"a":', "}"]),
    fc.constantFrom(40, 900, 8_000),
  )
  .map(([[open, close], depth]) => `${String(open).repeat(depth)}1${String(close).repeat(depth)}`);

/** JSON of values, among them objects whose members hide methods of every object. */
export const scrap: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom("null", "true", '""', '"x"', "0", "-1", "1.5", "1e308", "[]", "{}", '{"S":"x"}', '{"N":"1e999"}'),
  fc.constantFrom(
    '{"toString":1,"valueOf":1}',
    '{"__proto__":{"S":"x"}}',
    '{"constructor":{"N":"1"},"length":-1}',
    `{"S":"${"x".repeat(70_000)}"}`,
    `{"N":"${"9".repeat(500)}"}`,
    '{"B":"="}',
  ),
  fc.json({ maxDepth: 3 }),
  abyss,
);

export const jsonText = fc.oneof(
  { weight: 3, arbitrary: hostileJson },
  { weight: 1, arbitrary: abyss },
  { weight: 2, arbitrary: scrap },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom("action", "uid", "type", "data", "title"), scrap)
      .map(([key, value]) => `{"${key}":${value}}`),
  },
);

/** Bytes of which most are no text. */
export const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array)),
  fc.constantFrom(
    Buffer.from([0xc3]),
    Buffer.from([0xed, 0xa0, 0x80]),
    Buffer.from([0xf8, 0x88, 0x80, 0x80, 0x80]),
    Buffer.alloc(33 * 1024),
    Buffer.alloc(200 * 1024, "["),
  ),
);

/** Bodies of megabytes, about as large as the ports take them. */
export const vast = fc
  .tuple(
    fc.constantFrom(
      (size: number) => "[".repeat(size),
      (size: number) => `[${'{"a":[]},'.repeat(size / 9)}0]`,
      (size: number) => `{"TableName":"${"x".repeat(size)}"}`,
      (size: number) =>
        `{${Array.from({ length: size / 20 }, (_, index) => `"key${index}":{"S":"x"},`).join("")}"z":1}`,
    ),
    fc.constantFrom(300_000, 1_000_000, 5_000_000, 11_000_000),
  )
  .map(([make, size]) => Buffer.from(make(size)));

export const body = fc.oneof(
  { weight: 4, arbitrary: jsonText.map((text) => Buffer.from(text)) },
  { weight: 1, arbitrary: bytes },
);

/** Stands in a value for JSON that no value could hold without calls as deep as it is. */
const PLACE = "the place of the scrap";

/** Writes a value as JSON, with other JSON in some place of it. */
export function broken(value: Json, path: readonly number[], by: string): string {
  return JSON.stringify(replaced(value, path)).replace(`"${PLACE}"`, () => by);
}

function replaced(value: Json, [first, ...rest]: readonly number[]): Json {
  if (first === undefined || typeof value !== "object" || value === null) return PLACE;
  const keys = Object.keys(value);
  const key = keys[first % Math.max(1, keys.length)];
  if (key === undefined) return PLACE;
  const copy = Array.isArray(value) ? [...value] : { ...value };
  Reflect.set(copy, key, replaced(Reflect.get(value, key), rest));
  return copy;
}

export const headerValue = hostile.map((text) => text.replace(/[\r\n]/g, " ").slice(0, 2_000));
