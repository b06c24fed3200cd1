/** The names of the characters, as Unicode gives them. Where several follow each other, the first code point is given. */
const NAMES: readonly (readonly [first: number, ...names: readonly string[]])[] = [
  [0x00, "NULL"],
  [0x08, "BACKSPACE", "CHARACTER TABULATION", "LINE FEED", "LINE TABULATION", "FORM FEED", "CARRIAGE RETURN"],
  [0x1b, "ESCAPE"],
  [0x7f, "DELETE"],
  [0x85, "NEXT LINE"],
  [0xad, "SOFT HYPHEN"],
  [0x34f, "COMBINING GRAPHEME JOINER"],
  [0x61c, "ARABIC LETTER MARK"],
  [0x115f, "HANGUL CHOSEONG FILLER", "HANGUL JUNGSEONG FILLER"],
  [0x17b4, "KHMER VOWEL INHERENT AQ", "KHMER VOWEL INHERENT AA"],
  [0x180e, "MONGOLIAN VOWEL SEPARATOR"],
  [
    0x200b,
    "ZERO WIDTH SPACE",
    "ZERO WIDTH NON-JOINER",
    "ZERO WIDTH JOINER",
    "LEFT-TO-RIGHT MARK",
    "RIGHT-TO-LEFT MARK",
  ],
  [0x2028, "LINE SEPARATOR", "PARAGRAPH SEPARATOR", "LEFT-TO-RIGHT EMBEDDING", "RIGHT-TO-LEFT EMBEDDING"],
  [0x202c, "POP DIRECTIONAL FORMATTING", "LEFT-TO-RIGHT OVERRIDE", "RIGHT-TO-LEFT OVERRIDE"],
  [0x2060, "WORD JOINER", "FUNCTION APPLICATION", "INVISIBLE TIMES", "INVISIBLE SEPARATOR", "INVISIBLE PLUS"],
  [0x2066, "LEFT-TO-RIGHT ISOLATE", "RIGHT-TO-LEFT ISOLATE", "FIRST STRONG ISOLATE", "POP DIRECTIONAL ISOLATE"],
  [0x206a, "INHIBIT SYMMETRIC SWAPPING", "ACTIVATE SYMMETRIC SWAPPING"],
  [
    0x206c,
    "INHIBIT ARABIC FORM SHAPING",
    "ACTIVATE ARABIC FORM SHAPING",
    "NATIONAL DIGIT SHAPES",
    "NOMINAL DIGIT SHAPES",
  ],
  [0x3164, "HANGUL FILLER"],
  [0xfeff, "ZERO WIDTH NO-BREAK SPACE"],
  [0xffa0, "HALFWIDTH HANGUL FILLER"],
  [0xfff9, "INTERLINEAR ANNOTATION ANCHOR", "INTERLINEAR ANNOTATION SEPARATOR", "INTERLINEAR ANNOTATION TERMINATOR"],
  [0xe0001, "LANGUAGE TAG"],
  [0xe0020, "TAG SPACE"],
  [0xe007f, "CANCEL TAG"],
];

const NAME_OF: ReadonlyMap<number, string> = new Map(
  NAMES.flatMap(([first, ...names]) => names.map((name, offset) => [first + offset, name] as const)),
);

/** The kinds of characters that have no name in the list. */
const KINDS: readonly (readonly [RegExp, string])[] = [
  [/[\u{e0020}-\u{e007e}]/u, "a tag character"],
  [/[\u180b-\u180f\ufe00-\ufe0f\u{e0100}-\u{e01ef}]/u, "a variation selector"],
  [/\p{Cc}/u, "a control character"],
  [/\p{Bidi_Control}/u, "a direction-changing character"],
];

/** Names a character for people: `U+2066 LEFT-TO-RIGHT ISOLATE`, or `U+E0041 (a tag character)`. */
export function nameOfCharacter(character: string): string {
  const codePoint = character.codePointAt(0) ?? 0;
  const number = `U+${codePoint.toString(16).toUpperCase().padStart(4, "0")}`;
  const kind = KINDS.find(([pattern]) => pattern.test(character))?.[1] ?? "an invisible character";
  return `${number} ${NAME_OF.get(codePoint) ?? `(${kind})`}`;
}
