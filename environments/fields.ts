/** The kinds of fields that environments are made of. Each says in its messages what is wrong and what to write. */
import { inspect } from "node:util";
import { distance } from "fastest-levenshtein";
import * as z from "zod";

export const NOT_TEXT = "is not text; write it in quotes";

/** Text. `mistake` returns what is wrong with one, if anything is; a field that is missing is judged as empty text. */
export function text(mistake: (value: string) => string | undefined) {
  return z
    .string({ error: ({ input }) => (input === undefined ? mistake("") : NOT_TEXT) })
    .superRefine((value, { addIssue }) => {
      const message = mistake(value);
      if (message !== undefined) addIssue(message);
    });
}

/** Text of one form; `message` is for every other. */
export function textLike(form: RegExp, message: string) {
  return text((value) => (form.test(value) ? undefined : message));
}

export const yesOrNo = z.boolean({ error: "is neither true nor false; write one of them" });

/** A whole number from `minimum` to `maximum`; `why` explains the bounds. */
export function wholeNumber(minimum: number, maximum: number, why: string) {
  const error = `is not a whole number from ${minimum} to ${maximum}; ${why}`;
  const isWithin = (value: number) => Number.isInteger(value) && value >= minimum && value <= maximum;
  return z.number({ error }).refine(isWithin, { error });
}

/**
 * One of `allowed`; in place of a typing mistake the one that was meant is suggested.
 *
 * @param reason - returns what to say, instead of naming all of them, of a value that was allowed once.
 */
export function oneOf<const Value extends string | number>(
  allowed: readonly Value[],
  reason: (value: unknown) => string | undefined = () => undefined,
) {
  const refusal = (value: unknown) => {
    const meant = closest(value, allowed);
    return `is not one of ${allowed.map(shown).join(", ")}; write ${meant === undefined ? "one of them" : shown(meant)}`;
  };
  return z.literal(allowed, { error: ({ input }) => reason(input) ?? refusal(input) });
}

/** A list in which nothing occurs twice, of at most `maximum` entries, which is what `taker` takes. */
export function list<Entry extends z.ZodType>(entry: Entry, maximum: number, taker: string) {
  return z.array(entry, { error: "is not a list; write [ ]" }).superRefine(
    (entries, { addIssue }) => {
      const message = `are too many; ${taker} takes ${maximum}`;
      if (entries.length > maximum)
        addIssue({ code: "custom", message, params: { shown: `${entries.length} entries` } });
      for (const [index, input] of entries.entries()) {
        const first = entries.indexOf(input);
        if (first < index) addIssue({ code: "custom", path: [index], input, params: { repeats: first } });
      }
    },
    // Also when an entry is wrong, so that every problem is reported at once.
    { when: ({ value }) => Array.isArray(value) },
  );
}

/** An object with exactly these fields, of which its own are read and none from a prototype. */
export function fields<Shape extends z.core.$ZodShape>(shape: Shape) {
  const names = Object.keys(shape);
  const error: z.core.$ZodErrorMap<z.core.$ZodIssueInvalidType | z.core.$ZodIssueUnrecognizedKeys> = (issue) =>
    issue.code === "unrecognized_keys"
      ? issue.keys.map((name) => unknownField(name, names)).join("\n")
      : `is not an object; write { ${names.join(", ")} }`;
  return z.preprocess((value) => (isRecord(value) ? { ...value } : value), z.strictObject(shape, { error }));
}

function unknownField(name: string, names: readonly string[]): string {
  const meant = closest(name, names);
  const remedy = meant === undefined ? `remove it, or write one of ${names.join(", ")}` : `did you mean ${meant}?`;
  return `is in an unknown field; ${remedy}`;
}

/** Returns the candidate that a typing mistake most likely turned into `word`, if any is near enough to be it. */
function closest<Candidate extends string | number>(word: unknown, candidates: readonly Candidate[]) {
  if (typeof word !== "string") return undefined;
  const distanceTo = (candidate: Candidate) => distance(word.toLowerCase(), String(candidate).toLowerCase());
  const [nearest] = candidates.toSorted((one, other) => distanceTo(one) - distanceTo(other));
  return nearest !== undefined && distanceTo(nearest) <= Math.max(1, word.length / 3) ? nearest : undefined;
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Returns a value as messages show it: on one line and at most 80 characters long. */
export function shown(value: unknown): string {
  const options = { depth: 1, breakLength: Infinity, compact: true, customInspect: false };
  const line =
    typeof value === "string" ? JSON.stringify(value.slice(0, 80)) : inspect(value, options).replace(/\s+/g, " ");
  return line.length > 80 ? `${line.slice(0, 77)}...` : line;
}
