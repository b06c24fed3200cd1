import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { closest } from "../../../environments/rules/closest";

const words = ["name", "logLevel", "logRetentionDays", "tags"];

test.each([
  ["logLevle", "logLevel"],
  ["loglevel", "logLevel"],
  ["logRetentionDay", "logRetentionDays"],
  ["nam", "name"],
  ["tag", "tags"],
])("takes %s for %s", (word, meant) => {
  expect(closest(word, words)).toBe(meant);
});

test.each([["memory"], [""], ["x"], ["l".repeat(65)], [14], [undefined]])("takes %p for nothing", (word) => {
  expect(closest(word, words)).toBeUndefined();
});

test("takes a word for itself, and for what one wrong or missing letter made of it", () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[a-z]{1,20}$/), fc.nat(), fc.constantFrom("", "é"), (word, at, wrong) => {
      const position = at % word.length;
      const mistyped = word.slice(0, position) + wrong + word.slice(position + 1);
      expect(closest(word, [word])).toBe(word);
      expect(closest(mistyped, [word])).toBe(word);
    }),
  );
});
