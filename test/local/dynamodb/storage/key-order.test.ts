import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { keyAfter, orderedKey, orderedPrefix } from "../../../../local/dynamodb/storage/key-order";
import { segmentRange } from "../../../../local/dynamodb/storage/keys";
import type { AttributeValue } from "../../../../local/dynamodb/values/attribute-value";
import { compare } from "../../../../local/dynamodb/values/compare";
import { normalized } from "../../../../local/dynamodb/values/decimal";
import { anyText } from "../../../support/arbitrary-text";

// Few characters, so that values share beginnings: the end mark itself, its neighbours, and what UTF-16 orders wrongly.
const text = fc.string({ unit: fc.constantFrom("\0", "\u0001", "a", "b", "ÿ", "\uffff", "𐀀"), maxLength: 5 });
const binary = fc.uint8Array({ maxLength: 4 }).map((bytes) => Buffer.from(bytes).toString("base64"));
const number = fc
  .tuple(fc.boolean(), fc.bigInt({ min: 0n, max: 10n ** 38n - 1n }), fc.integer({ min: -130, max: 80 }))
  .map(([negative, digits, exponent]) => `${negative ? "-" : ""}${digits}E${exponent}`)
  .filter((written) => {
    try {
      return normalized(written) !== undefined;
    } catch {
      return false;
    }
  });
const small = fc.integer({ min: -200, max: 200 }).map(String);
const pair = fc.oneof(
  fc.tuple(text, text).map((values) => values.map((S): AttributeValue => ({ S }))),
  fc.tuple(binary, binary).map((values) => values.map((B): AttributeValue => ({ B }))),
  fc.tuple(number, number).map((values) => values.map((N): AttributeValue => ({ N: normalized(N) }))),
  fc.tuple(small, small).map((values) => values.map((N): AttributeValue => ({ N }))),
);

describe("keys", () => {
  test("sort byte by byte as DynamoDB sorts the values, whatever follows them", () => {
    fc.assert(
      fc.property(pair, anyText({ maxLength: 2 }), ([left, right], rest) => {
        if (!left || !right) throw new Error("There are two.");
        const follow = Buffer.from(rest).toString("latin1");
        const [a, b] = [orderedKey(left) + follow, orderedKey(right)];
        const order = Math.sign(compare(left, right) ?? Number.NaN);
        if (order === 0) expect(a.startsWith(b)).toBe(true);
        else expect(a < b ? -1 : 1).toBe(order);
      }),
      { seed: 4, numRuns: 1000 },
    );
  });

  test("begin alike exactly if the texts do", () => {
    fc.assert(
      fc.property(text, text, (value, prefix) => {
        const key = orderedKey({ S: value });
        const begin = orderedPrefix({ S: prefix });
        expect(prefix === "" || (key >= begin && key < keyAfter(begin))).toBe(value.startsWith(prefix));
      }),
      { seed: 5, numRuns: 1000 },
    );
  });

  test.each([
    ["a", "b"],
    ["a\xff", "b"],
    ["a\xff\xff", "b"],
    ["a\0", "a\u0001"],
  ])("of which the next prefix is asked: %j, %j", (prefix, next) => {
    expect(keyAfter(prefix)).toBe(next);
  });

  test.each([1, 2, 3, 7, 1000])("are divided among %i segments without gap or overlap", (total) => {
    const ranges = Array.from({ length: total }, (_, segment) => segmentRange("i", segment, total));
    for (const [index, { from, before }] of ranges.entries()) {
      expect(from < before).toBe(true);
      expect(before).toBe(ranges[index + 1]?.from ?? "j");
    }
    expect(ranges[0]?.from).toBe("i\0\0\0\0");
  });
});
