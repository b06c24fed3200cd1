import { describe, expect, test } from "@jest/globals";
import { hiddenCharacterIn, withHiddenEscaped } from "../../../domain/shared/characters";

/** Returns every character that has one of the properties. */
function having(properties: RegExp): string[] {
  // To look up String a million times takes most of a second in a test.
  const { fromCodePoint } = String;
  const found: string[] = [];
  for (let codePoint = 0; codePoint < 0x110000; codePoint++) {
    const character = fromCodePoint(codePoint);
    if (properties.test(character) && (codePoint < 0xd800 || codePoint > 0xdfff)) found.push(character);
  }
  return found;
}

/** The format characters that everyone sees: signs that enclose digits. */
const SEEN = [..."\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\u{110bd}\u{110cd}"];

describe("a character that is invisible or turns the direction", () => {
  const hidden = having(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Default_Ignorable_Code_Point}]/u).filter(
    (character) => !SEEN.includes(character),
  );

  test("is one of thousands, among them isolates, overrides, tags, selectors, fillers and line separators", () => {
    expect(hidden.length).toBeGreaterThan(4_000);
    for (const codePoint of [0xad, 0x200e, 0x2028, 0x202e, 0x2066, 0x3164, 0xfe0f, 0xfeff, 0xe0041, 0xe007f, 0xe0100])
      expect(hidden).toContain(String.fromCodePoint(codePoint));
  });

  test.each([
    ["between letters", (character: string) => `a${character}b`],
    ["at the start", (character: string) => `${character}a`],
    ["after a digit", (character: string) => `1${character}`],
    ["after a space", (character: string) => `日本 ${character}`],
    ["after another one that is ordinary in its place", (character: string) => `👩\ufe0f${character}a`],
  ])("is found %s", (_, place) => {
    expect(hidden.filter((character) => hiddenCharacterIn(place(character), "one line") !== character)).toEqual([]);
  });

  test("is allowed in a text of many lines if it breaks or indents them", () => {
    const allowed = hidden.filter((character) => hiddenCharacterIn(`a${character}b`, "many lines") === undefined);
    expect(allowed).toEqual(["\t", "\n", "\r"]);
  });
});

test.each([
  ["a family", "👨‍👩‍👧‍👦"],
  ["a profession with a tone of skin", "👩🏽‍🚀"],
  ["a rainbow flag", "🏳️‍🌈"],
  ["the flag of Scotland", "🏴󠁧󠁢󠁳󠁣󠁴󠁿"],
  ["a keycap", "1️⃣"],
  ["a heart as an emoji, and as text", "❤️ ❤︎"],
  ["Persian, in which a non-joiner parts a prefix from its word", "می\u200cخواهم"],
  ["an Arabic abbreviation that ends with a joiner", "ه\u200d"],
  ["Hindi, in which a non-joiner shows the virama", "क्\u200cष"],
  ["Sinhala, in which a joiner makes a conjunct", "ශ්\u200dරී"],
  ["Bengali, in which a joiner keeps a letter whole", "র\u200d্য"],
  ["Khmer, in which zero-width spaces part words", "ខ្ញុំ\u200bស្រឡាញ់"],
  ["a Japanese name with a variant of a character", "葛\u{e0100}城"],
  ["Mongolian with a variant of a letter", "ᠠ\u180b"],
  ["the number sign of a verse", "\u06dd١"],
])("%s is ordinary writing", (_, text) => {
  expect(hiddenCharacterIn(text, "one line")).toBeUndefined();
});

test.each([
  ["two joiners in a row", "क्\u200d\u200d", "\u200d"],
  ["a joiner between an emoji and a letter", "👩\u200da", "\u200d"],
  ["a joiner that follows an Arabic letter after a line break", "ه\n\u200d", "\u200d"],
  ["two selectors in a row", "❤\ufe0f\ufe0f", "\ufe0f"],
  ["two variants of one character", "葛\u{e0100}\u{e0101}", "\u{e0101}"],
  ["a zero-width space between Latin letters", "a\u200bb", "\u200b"],
  ["tags that spell no flag", "🏴\u{e0068}\u{e0069}\u{e007f}", "\u{e0068}"],
  ["tags after a flag", "🏴󠁧󠁢󠁳󠁣󠁴󠁿\u{e0061}", "\u{e0061}"],
])("%s is found", (_, text, hidden) => {
  expect(hiddenCharacterIn(text, "many lines")).toBe(hidden);
});

test("withHiddenEscaped shows what would not be seen, and leaves the rest as it is", () => {
  expect(withHiddenEscaped("a\u202eb\u{e0041}👩‍🚀\n")).toBe("a\\u{202e}b\\u{e0041}👩‍🚀\\u{a}");
});
