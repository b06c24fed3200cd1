import fc from "fast-check";

/**
 * Makes texts of any code points, lone surrogates among them. fast-check's own unit for that, "binary", first makes a
 * table of all code points, which takes a second in every test file.
 */
export const anyText = (lengths: { readonly minLength?: number; readonly maxLength?: number } = {}) =>
  fc.string({ unit: fc.nat(0x10_ff_ff).map((codePoint) => String.fromCodePoint(codePoint)), ...lengths });
