import { expect, test } from "@jest/globals";
import { nameOfCharacter } from "../../../domain/shared/character-names";

test.each([
  ["\u0000", "U+0000 NULL"],
  ["\n", "U+000A LINE FEED"],
  ["\u0085", "U+0085 NEXT LINE"],
  ["\u00ad", "U+00AD SOFT HYPHEN"],
  ["\u200b", "U+200B ZERO WIDTH SPACE"],
  ["\u200f", "U+200F RIGHT-TO-LEFT MARK"],
  ["\u2028", "U+2028 LINE SEPARATOR"],
  ["\u202e", "U+202E RIGHT-TO-LEFT OVERRIDE"],
  ["\u2066", "U+2066 LEFT-TO-RIGHT ISOLATE"],
  ["\u2069", "U+2069 POP DIRECTIONAL ISOLATE"],
  ["\ufeff", "U+FEFF ZERO WIDTH NO-BREAK SPACE"],
  ["\u{e0001}", "U+E0001 LANGUAGE TAG"],
  ["\u{e007f}", "U+E007F CANCEL TAG"],
  ["\u0001", "U+0001 (a control character)"],
  ["\ufe0f", "U+FE0F (a variation selector)"],
  ["\u{e0041}", "U+E0041 (a tag character)"],
  ["\u{e0101}", "U+E0101 (a variation selector)"],
  ["\u2065", "U+2065 (an invisible character)"],
])("%j is %s", (character, name) => {
  expect(nameOfCharacter(character)).toBe(name);
});
