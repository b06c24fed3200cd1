import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { text } from "../../../domain/shared/text";
import { anyText } from "../../support/arbitrary-text";

const title = text(10, "one line");
const content = text(10, "many lines");
const takes = (schema: typeof title, value: unknown) => schema.safeParse(value).success;

describe("text", () => {
  test.each([
    "a",
    "日本語",
    "مرحبا",
    "שלום",
    "é",
    "👩‍👩‍👧",
    "a b",
    " x ",
    "\u0937\u094d\u0930",
    "1234567890",
    "🎌🎌🎌🎌🎌🎌🎌🎌🎌🎌",
  ])("takes %j", (value) => {
    expect(takes(title, value)).toBe(true);
  });

  test.each([
    ["nothing", ""],
    ["spaces", "   \u3000\u00a0"],
    ["zero-width characters", "\u200b\u200c\u200d\ufeff\u2060"],
    ["invisible fillers", "\u115f\u3164\u2800"],
    ["line breaks", "\n\r\n"],
  ])("refuses %s, in which nothing is to be seen", (_, value) => {
    expect(takes(content, value)).toBe(false);
  });

  test.each([
    ["NUL", "a\u0000"],
    ["escape", "a\u001b[31m"],
    ["a C1 control", "a\u0085"],
    ["a right-to-left override", "a\u202eb"],
    ["an isolate", "a\u2066b\u2069"],
    ["a mark of direction", "a\u200fb"],
    ["a line separator", "a\u2028b"],
    ["a zero-width space", "a\u200bb"],
    ["tags, which spell a hidden text", "a\u{e0068}\u{e0069}"],
    ["half a surrogate pair", "a\ud800"],
    ["a heap of combining marks", `a${"\u0301".repeat(32)}`],
  ])("refuses %s", (_, value) => {
    expect(takes(text(100, "many lines"), value)).toBe(false);
  });

  test("takes line breaks and tabs only where there may be more lines", () => {
    for (const value of ["a\nb", "a\r\nb", "a\tb"]) {
      expect(takes(content, value)).toBe(true);
      expect(takes(title, value)).toBe(false);
    }
  });

  test("counts characters, not the units they are stored in", () => {
    expect(takes(title, "🎌".repeat(10))).toBe(true);
    expect(takes(title, "🎌".repeat(11))).toBe(false);
    expect(takes(title, "x".repeat(11))).toBe(false);
  });

  test("counts after composing: ten letters with an accent each are ten characters", () => {
    expect(title.parse("e\u0301".repeat(10))).toBe("é".repeat(10));
  });

  test.each([undefined, null, 1, true, [], {}, ["a"]])("refuses %j, which is not text", (value) => {
    expect(takes(title, value)).toBe(false);
  });

  test("says once what is allowed, whatever is wrong", () => {
    const allowed =
      "1 to 10 characters on one line, at least one of them visible, " +
      "without invisible, control and direction-changing characters";
    for (const value of [7, "", "\u0000\u202e\ud800".repeat(9)])
      expect(title.safeParse(value).error?.issues.map(({ message }) => message)).toEqual([allowed]);
  });

  test("makes text that stays as it is: equal when read again, through UTF-8 and through the same check", () => {
    fc.assert(
      fc.property(anyText({ maxLength: 12 }), (value) => {
        const result = content.safeParse(value);
        if (!result.success) return;
        expect(Buffer.from(result.data).toString()).toBe(result.data);
        expect(content.parse(result.data)).toBe(result.data);
        expect([...result.data].length).toBeLessThanOrEqual(10);
      }),
    );
  });
});
