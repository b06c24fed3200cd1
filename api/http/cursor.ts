import { createHmac, timingSafeEqual } from "node:crypto";
import * as z from "zod/mini";
import type { Position } from "../../domain/shared/page";
import type { DerivedKey, SigningKey } from "../../runtime/kms/signing-key";
import { InvalidCursor } from "../errors";

/** The use that a cursor is bound to. It cannot be read in the cursor, and a cursor is refused for any other use. */
export interface Binding {
  /** The operation, such as `GET /posts/{id}/comments`. */
  readonly route: string;
  /** The caller's uid; undefined for a caller without a token. */
  readonly caller: string | undefined;
  /** The values that narrow the list down, such as the path's id. The order of their names does not matter. */
  readonly filter: Readonly<Record<string, string>>;
}

export interface Cursors {
  /** @throws SigningUnavailable, or RangeError if the position is too large */
  encode(binding: Binding, position: Position): Promise<string>;
  /** @throws InvalidCursor, or SigningUnavailable */
  decode(binding: Binding, text: string): Promise<Position>;
}

const LIFETIME_SECONDS = 24 * 60 * 60;
/** The longest cursor, in characters; a longer one is refused before it is decoded. */
const LONGEST = 2_048;
const MAC_BYTES = 32;

/** `exp` is in seconds since 1 January 1970 UTC. */
const content = z.strictObject({ exp: z.int(), key: z.record(z.string(), z.string()) });

/**
 * Makes and reads opaque cursors: the base64url of a MAC and of the bytes that it signs, which are the key's version and
 * then JSON. They are valid for a day.
 *
 * @param now milliseconds since 1 January 1970 UTC
 */
export function createCursors({
  signingKey,
  now = Date.now,
}: {
  readonly signingKey: SigningKey;
  readonly now?: () => number;
}): Cursors {
  const seconds = () => Math.floor(now() / 1_000);
  return {
    async encode(binding, position) {
      const derived = await signingKey.current();
      const exp = seconds() + LIFETIME_SECONDS;
      const signed = Buffer.from(`${derived.version}${JSON.stringify({ exp, key: position })}`);
      const text = Buffer.concat([macOf(derived, binding, signed), signed]).toString("base64url");
      if (text.length > LONGEST)
        throw new RangeError(
          `The cursor has ${text.length} characters, at most ${LONGEST} are accepted: put less into its position.`,
        );
      return text;
    },
    async decode(binding, text) {
      const bytes = bytesOf(text);
      const mac = bytes.subarray(0, MAC_BYTES);
      const signed = bytes.subarray(MAC_BYTES);
      const brace = signed.indexOf("{");
      // A text that is too short to hold a MAC holds no version either, and then there is no key.
      const derived = await signingKey.byVersion(signed.toString("latin1", 0, brace));
      if (derived === undefined || !timingSafeEqual(mac, macOf(derived, binding, signed))) throw new InvalidCursor();
      const { exp, key } = contentOf(signed.subarray(brace));
      if (exp <= seconds()) throw new InvalidCursor();
      return key;
    },
  };
}

/** Signs binding and content. JSON holds no NUL, so no other binding and content make the same bytes. */
function macOf({ key }: DerivedKey, { route, caller, filter }: Binding, signed: Uint8Array): Buffer {
  const sorted = Object.entries(filter).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return createHmac("sha256", key)
    .update(JSON.stringify([route, caller ?? null, sorted]))
    .update("\0")
    .update(signed)
    .digest();
}

/** Decodes base64url exactly as it is encoded: padding, another alphabet and loose bits are refused. */
function bytesOf(text: string): Buffer {
  if (text.length > LONGEST) throw new InvalidCursor();
  const bytes = Buffer.from(text, "base64url");
  if (bytes.toString("base64url") !== text) throw new InvalidCursor();
  return bytes;
}

/** Reads JSON exactly as it is encoded: another field, a field twice and `__proto__` are refused. */
function contentOf(json: Buffer): z.output<typeof content> {
  try {
    const read = content.parse(JSON.parse(json.toString()));
    if (Buffer.from(JSON.stringify(read)).equals(json)) return read;
  } catch {
    // Broken JSON and JSON of another shape are refused like every other cursor, below.
  }
  throw new InvalidCursor();
}
