import { InvalidInput } from "./errors";

/** Finds a surrogate without its other half. UTF-8 cannot carry one, so it would change on its way through a store. */
const LONE_SURROGATE = /\p{Surrogate}/u;

/** Returns whether a text is well-formed Unicode. */
export const isWellFormed = (text: string): boolean => !LONE_SURROGATE.test(text);

const invalid = (received: string, allowed: string) => new InvalidInput([{ field: "body", received, allowed }]);

/**
 * Parses JSON that a stranger wrote.
 *
 * Refused besides broken JSON: `__proto__` as a key (assigning such an object to another changes its prototype),
 * numbers too large for a double (they would silently become null), text that is not well-formed Unicode, and
 * nesting too deep to walk.
 *
 * @throws InvalidInput
 */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text, refuseHazards);
  } catch (error) {
    if (error instanceof InvalidInput) throw error;
    if (error instanceof RangeError) throw invalid("JSON nested too deeply", "JSON of reasonable depth");
    throw invalid("text that is not JSON", "JSON");
  }
}

function refuseHazards(key: string, value: unknown): unknown {
  if (key === "__proto__") throw invalid("the key __proto__", "JSON without the key __proto__");
  if (typeof value === "number" && !Number.isFinite(value))
    throw invalid("a number out of range", "numbers up to 1.8e308");
  if (!isWellFormed(key) || (typeof value === "string" && !isWellFormed(value)))
    throw invalid("text with half a surrogate pair", "well-formed Unicode");
  return value;
}

/**
 * Decodes bytes that must be UTF-8 text.
 *
 * @throws InvalidInput
 */
export function decodeText(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw invalid("bytes that are not UTF-8", "UTF-8 text");
  }
}

const utf8 = new TextDecoder("utf-8", { fatal: true });
