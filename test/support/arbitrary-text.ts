import fc from "fast-check";

const codePoint = fc.oneof(
  fc.integer({ min: 0, max: 0x7f }),
  fc.integer({ min: 0, max: 0xffff }),
  fc.integer({ min: 0, max: 0x10ffff }),
);

/**
 * Makes texts of any code points, halves of surrogate pairs among them. fast-check's own unit `binary` makes the same
 * and takes three seconds to begin.
 *
 * @param length the least and the most code points
 */
export const anyText = (length: { readonly minLength?: number; readonly maxLength?: number } = {}) =>
  fc.array(codePoint, length).map((codePoints) => String.fromCodePoint(...codePoints));

/**
 * Makes texts that UTF-8 can carry: any code points but halves of surrogate pairs. fast-check's own unit `grapheme`
 * takes seconds to begin, too.
 *
 * @param length the least and the most code points
 */
export const wellFormedText = (length: { readonly minLength?: number; readonly maxLength?: number } = {}) =>
  fc
    .array(
      codePoint.filter((code) => code < 0xd800 || code > 0xdfff),
      length,
    )
    .map((codePoints) => String.fromCodePoint(...codePoints));
