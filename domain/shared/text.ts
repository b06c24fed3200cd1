import * as z from "zod/mini";
import { nameOfCharacter } from "./character-names";
import { hiddenCharacterIn } from "./characters";
import { isWellFormed } from "./json";

/**
 * Finds a run of combining marks that is no writing but an attempt to draw over the neighbours. The bound is that of
 * Unicode's Stream-Safe Text Format, https://www.unicode.org/reports/tr15/#Stream_Safe_Text_Format.
 */
const COMBINING_RUN = /\p{M}{31,}/u;

/** The rules of characters for the document of the API, as far as one readable pattern can say them. */
const SEEN = "[^\\p{Cc}\\p{Zl}\\p{Zp}\\u061c\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069]";
const PATTERN = { "one line": `^${SEEN}*$`, "many lines": `^(?:[\\t\\n\\r]|${SEEN})*$` };

/** Finds something that a reader sees: not space, not control, not the zero-width format characters. */
const VISIBLE = /[^\p{White_Space}\p{C}\p{Default_Ignorable_Code_Point}\u2800]/u;

/**
 * Checks text that people write and others read, and stores it in Unicode's composed form (NFC), so that equal text is
 * equal bytes. A character that is invisible or changes the direction of the text is refused by name, unless it is
 * ordinary writing where it stands.
 *
 * @param maximum the most characters (Unicode code points, after composition)
 */
export function text(maximum: number, lines: "one line" | "many lines") {
  const allowed =
    `1 to ${maximum} characters${lines === "one line" ? " on one line" : ""}, at least one of them visible, ` +
    "without invisible, control and direction-changing characters";
  return z.string(allowed).check(
    z.normalize("NFC"),
    ({ value, issues }) => {
      const isText = hasAtMost(maximum, value) && isWellFormed(value);
      const hidden = isText ? hiddenCharacterIn(value, lines) : undefined;
      if (isText && hidden === undefined && VISIBLE.test(value) && !COMBINING_RUN.test(value)) return;
      issues.push({
        code: "custom",
        input: value,
        message: allowed,
        ...(hidden !== undefined && { params: { received: `text with ${nameOfCharacter(hidden)}` } }),
      });
    },
    z.meta({
      minLength: 1,
      maxLength: maximum,
      pattern: PATTERN[lines],
      description: `Text of ${allowed}.`,
    }),
  );
}

/** Counts code points, not UTF-16 units: an emoji counts once. A string has at least half as many as it has units. */
function hasAtMost(maximum: number, value: string): boolean {
  if (value.length <= maximum) return true;
  return value.length <= 2 * maximum && [...value].length <= maximum;
}
