import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { covers } from "../../../review/policy/pattern";

test.each([
  ["*", "anything"],
  ["dynamodb:*", "dynamodb:Get*"],
  ["a*c", "abc"],
  ["a?c", "abc"],
  ["*?", "?*"],
  ["?*", "*?"],
  ["**", "*"],
  ["*", "**"],
  ["arn:aws:*:table/x", "arn:aws:dynamodb:eu-west-1:1:table/x"],
])("%s covers %s", (wide, narrow) => {
  expect(covers(wide, narrow)).toBe(true);
});

test.each([
  ["?*", "*"],
  ["a?c", "a*c"],
  ["table/x", "table/x*"],
  ["dynamodb:Get*", "dynamodb:*"],
  ["a*c", "ab"],
  ["*.example.com", "example.com"],
])("%s does not cover %s", (wide, narrow) => {
  expect(covers(wide, narrow)).toBe(false);
});

/** Tells by a regular expression, another way than the automata of the code, whether a text matches. */
function matches(pattern: string, text: string): boolean {
  const source = pattern.replaceAll("*", "[^]*").replaceAll("?", "[^]");
  return new RegExp(`^${source}$`).test(text);
}

const pattern = fc.string({ unit: fc.constantFrom("a", "b", "*", "?"), maxLength: 6 });

test("whatever matches a covered pattern matches the covering one", () => {
  const text = fc.string({ unit: fc.constantFrom("a", "b", "c"), maxLength: 8 });
  fc.assert(
    fc.property(pattern, pattern, text, (wide, narrow, word) => {
      if (covers(wide, narrow) && matches(narrow, word)) expect(matches(wide, word)).toBe(true);
    }),
    { numRuns: 2000 },
  );
});

test("a pattern that covers less lets some text of the other through", () => {
  const words = [""];
  for (let length = 0; length < 6; length++)
    for (const word of words.filter((w) => w.length === length)) words.push(`${word}a`, `${word}b`, `${word}c`);
  const short = fc.string({ unit: fc.constantFrom("a", "b", "*", "?"), maxLength: 3 });
  fc.assert(
    fc.property(short, short, (wide, narrow) => {
      if (!covers(wide, narrow)) expect(words.some((word) => matches(narrow, word) && !matches(wide, word))).toBe(true);
    }),
    { numRuns: 300 },
  );
});
