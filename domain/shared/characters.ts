/**
 * Finds characters in a text that a reader does not see or that turn its direction. Such characters
 * make a text read as what it is not (https://trojansource.codes), hide a second text in it, or make two names that
 * look alike.
 */

/** The properties by which Unicode calls characters invisible, controlling or turning. */
const HIDDEN = [
  "\\p{Cc}", // controls, such as NUL and escape
  "\\p{Cf}", // format characters, such as the zero-width space
  "\\p{Zl}\\p{Zp}", // the separators of lines and of paragraphs
  "\\p{Bidi_Control}", // marks, embeddings, overrides and isolates of direction
  "\\p{Default_Ignorable_Code_Point}", // characters without a shape, tags and variation selectors among them
].join("");

/** The characters that may not be in a text of one line, and in one of many, unless they are ordinary in their place. */
const REFUSED = {
  "one line": new RegExp(`[${HIDDEN}]`, "gu"),
  "many lines": new RegExp(`(?![\\t\\n\\r])[${HIDDEN}]`, "gu"),
};

/** Scripts in which joiners are spelling: they decide whether and how two letters join. */
const JOINING = [
  ...["Arabic", "Syriac", "Nko", "Mandaic", "Mongolian", "Adlam", "Hanifi_Rohingya"],
  ...["Devanagari", "Bengali", "Gurmukhi", "Gujarati", "Oriya", "Tamil", "Telugu", "Kannada", "Malayalam", "Sinhala"],
  ...["Tibetan", "Myanmar", "Khmer", "Balinese", "Javanese", "Newa", "Chakma", "Meetei_Mayek"],
];

/** Scripts that are written without spaces, and mark with zero-width spaces where a line may break. */
const UNSPACED = ["Khmer", "Thai", "Lao", "Myanmar"];

const oneOf = (scripts: readonly string[]) =>
  `[${scripts.map((script) => `\\p{Script_Extensions=${script}}`).join("")}]`;

/** A subdivision's flag is a black flag, a code in tag characters, and the tag that ends it. */
const tags = (code: string) => [...code].map((letter) => String.fromCodePoint(0xe0000 + letter.charCodeAt(0))).join("");

/**
 * The places in which such a character is ordinary writing. Each says what stands before the character, or after it,
 * so that the character is refused in any other place, and so is a second one in a row.
 *
 * The expression is made when it is first needed: it takes 2 ms, because of the scripts, and few texts need it.
 */
const ordinaryPlaces = () =>
  new RegExp(
    [
      // Signs that are seen, though Unicode counts them among the format characters, because they enclose digits.
      "[\\u0600-\\u0605\\u06dd\\u070f\\u0890\\u0891\\u08e2\\u{110bd}\\u{110cd}]",
      // A joiner between two emoji makes one of them: a family, a profession, a rainbow flag.
      "(?<=\\p{Extended_Pictographic}[\\ufe0f\\u{1f3fb}-\\u{1f3ff}]?)\\u200d(?=\\p{Extended_Pictographic})",
      // The selector of the emoji shape, or of the text shape, after what has both; a keycap has it after a digit.
      "(?<=\\p{Extended_Pictographic})[\\ufe0e\\ufe0f]",
      "(?<=[0-9#*])\\ufe0f(?=\\u20e3)",
      // The flags of England, Scotland and Wales: the only sequences of tags that any keyboard offers.
      `(?<=\\u{1f3f4})(?:${["gbeng", "gbsct", "gbwls"].map(tags).join("|")})\\u{e007f}`,
      `(?<=${oneOf(JOINING)})[\\u200c\\u200d]`,
      `(?<=${oneOf(UNSPACED)})\\u200b(?=${oneOf(UNSPACED)})`,
      // Selectors of the variants of a Han character, as names need them, and of a Mongolian letter.
      "(?<=\\p{Script=Han})[\\ufe00-\\ufe02\\u{e0100}-\\u{e01ef}]",
      "(?<=\\p{Script=Mongolian}(?<=\\p{L}))[\\u180b-\\u180f]",
    ].join("|"),
    "uy",
  );

let ordinary: RegExp | undefined;

/** Finds the characters of a text that are invisible or turn its direction, unless they are ordinary in their place. */
function* hiddenIn(text: string, lines: keyof typeof REFUSED): Generator<{ character: string; index: number }> {
  let ordinaryUntil = 0;
  for (const { 0: character, index } of text.matchAll(REFUSED[lines])) {
    if (index < ordinaryUntil) continue;
    ordinary ??= ordinaryPlaces();
    ordinary.lastIndex = index;
    const place = ordinary.exec(text);
    if (place) ordinaryUntil = index + place[0].length;
    else yield { character, index };
  }
}

/** Returns the first character of a text that a reader does not see or that turns its direction, if there is one. */
export function hiddenCharacterIn(text: string, lines: keyof typeof REFUSED): string | undefined {
  for (const { character } of hiddenIn(text, lines)) return character;
  return undefined;
}

/** Writes such characters of a text as escapes, so that it can be shown: `a\u{202e}b`. */
export function withHiddenEscaped(text: string): string {
  let shown = "";
  let end = 0;
  for (const { character, index } of hiddenIn(text, "one line")) {
    shown += `${text.slice(end, index)}\\u{${character.codePointAt(0)?.toString(16)}}`;
    end = index + character.length;
  }
  return shown + text.slice(end);
}
