import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { InvalidInput } from "../../../domain/shared/errors";
import { decodeText, isWellFormed, parseJson } from "../../../domain/shared/json";
import { anyText } from "../../support/arbitrary-text";

const refusal = (work: () => unknown) => {
  try {
    return work();
  } catch (error) {
    return error instanceof InvalidInput ? error.fields : error;
  }
};
const refused = (received: string) => [expect.objectContaining({ field: "body", received })];

describe("parseJson", () => {
  test("parses whatever well-formed JSON means", () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: "grapheme" }), (value) => {
        const text = JSON.stringify(value);
        fc.pre(!text.includes("__proto__"));
        expect(parseJson(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  test("refuses with InvalidInput or parses, whatever the text", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          anyText(),
          anyText().map((text) => JSON.stringify(text)),
          fc.json(),
        ),
        (text) => {
          const result = refusal(() => parseJson(text));
          expect(result).not.toBeInstanceOf(Error);
        },
      ),
    );
  });

  test.each(["", "undefined", "{", '{"a":}', "'a'", "[1,]", "NaN", "\u0000"])(
    "refuses %j, which is not JSON",
    (text) => {
      expect(refusal(() => parseJson(text))).toEqual(refused("text that is not JSON"));
    },
  );

  test.each(['{"__proto__":{"admin":true}}', '{"a":[{"\\u005f_proto__":1}]}'])("refuses the key in %s", (text) => {
    expect(refusal(() => parseJson(text))).toEqual(refused("the key __proto__"));
  });

  test("takes constructor and prototype for keys like any other", () => {
    expect(parseJson('{"constructor":1,"prototype":2}')).toEqual({ constructor: 1, prototype: 2 });
  });

  test.each(["1e400", '{"a":[-1e999]}'])("refuses the number in %s, which would become null", (text) => {
    expect(refusal(() => parseJson(text))).toEqual(refused("a number out of range"));
  });

  test.each(['"\\ud800"', '{"a":"x\\udc00"}', '{"\\udfff":1}', '["\ud83d"]'])(
    "refuses the half character in %j",
    (text) => {
      expect(refusal(() => parseJson(text))).toEqual(refused("text with half a surrogate pair"));
    },
  );

  test("refuses nesting that cannot be walked", () => {
    const deep = "[".repeat(200_000);
    expect(refusal(() => parseJson(deep))).toEqual(refused("text that is not JSON"));
    expect(refusal(() => parseJson(deep + "]".repeat(200_000)))).toEqual(refused("JSON nested too deeply"));
  });

  test("takes the last of two equal keys, as JSON.parse does", () => {
    expect(parseJson('{"a":1,"a":2}')).toEqual({ a: 2 });
  });
});

describe("decodeText", () => {
  test("decodes UTF-8", () => {
    expect(decodeText(Buffer.from("日本 🎌\u0000"))).toBe("日本 🎌\u0000");
  });

  test.each([
    ["a byte that UTF-8 never has", [0xff]],
    ["a character cut short", [0xe3, 0x81]],
    ["an overlong slash", [0xc0, 0xaf]],
    ["half a surrogate pair", [0xed, 0xa0, 0x80]],
  ])("refuses %s", (_, bytes) => {
    expect(refusal(() => decodeText(Uint8Array.from(bytes)))).toEqual(refused("bytes that are not UTF-8"));
  });
});

test("isWellFormed is what UTF-8 carries unchanged", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.nat(0xffff).map((unit) => String.fromCharCode(unit)) }), (text) => {
      expect(isWellFormed(text)).toBe(Buffer.from(text).toString() === text);
    }),
  );
});
