import * as z from "zod/mini";
import { isWellFormed } from "./json";

/**
 * Longest run of combining marks that is taken for writing and not for an attempt to draw over the neighbours: the
 * bound of Unicode's Stream-Safe Text Format, https://www.unicode.org/reports/tr15/#Stream_Safe_Text_Format.
 */
const COMBINING_RUN = /\p{M}{31,}/u;

/** Reorders everything around it on the page, so that text reads as what it is not (https://trojansource.codes). */
const BIDIRECTIONAL_OVERRIDE = /[\u202a-\u202e]/;

const CONTROL = /\p{Cc}/u;
const CONTROL_BUT_LINES = /(?![\t\n\r])\p{Cc}/u;

/** The same for the document of the API, as far as one readable pattern can say it. */
const LINE_PATTERN = "^[^\\p{Cc}\\u202a-\\u202e]*$";
const LINES_PATTERN = "^(?:[\\t\\n\\r]|[^\\p{Cc}\\u202a-\\u202e])*$";

/** Something a reader sees: not space, not control, not the zero-width format characters. */
const VISIBLE = /[^\p{White_Space}\p{C}\p{Default_Ignorable_Code_Point}\u2800]/u;

/**
 * Text that people write and others read, stored in Unicode's composed form (NFC), so that equal text is equal
 * bytes.
 *
 * @param maximum of characters (Unicode code points, after composition)
 * @param lines whether it may have more than one line
 */
export function text(maximum: number, lines: "one line" | "many lines") {
  const allowed =
    `1 to ${maximum} characters${lines === "one line" ? " on one line" : ""}, at least one of them visible, ` +
    "without control characters and bidirectional overrides";
  const control = lines === "one line" ? CONTROL : CONTROL_BUT_LINES;
  const isAcceptable = (value: string) =>
    hasAtMost(maximum, value) &&
    isWellFormed(value) &&
    VISIBLE.test(value) &&
    !control.test(value) &&
    !BIDIRECTIONAL_OVERRIDE.test(value) &&
    !COMBINING_RUN.test(value);
  const pattern = lines === "one line" ? LINE_PATTERN : LINES_PATTERN;
  return z
    .string(allowed)
    .check(
      z.normalize("NFC"),
      z.refine(isAcceptable, allowed),
      z.meta({ minLength: 1, maxLength: maximum, pattern, description: `Text of ${allowed}.` }),
    );
}

/** Code points, not UTF-16 units: an emoji counts once. A string has at least half as many as it has units. */
function hasAtMost(maximum: number, value: string): boolean {
  if (value.length <= maximum) return true;
  return value.length <= 2 * maximum && [...value].length <= maximum;
}
