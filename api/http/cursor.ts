import { createHmac, timingSafeEqual } from "node:crypto";
import * as z from "zod/mini";
import type { Position } from "../../domain/shared/page";
import type { DerivedKey, SigningKey } from "../../runtime/kms/signing-key";

/** What a cursor may be used for. None of it can be read in the cursor, and a cursor is of use for nothing else. */
export interface Binding {
  /** The operation, such as `GET /posts/{id}/comments`. */
  readonly route: string;
  /** The caller's uid; undefined for an anonymous one. */
  readonly caller: string | undefined;
  /** What narrows the list down, the parameters of the path among it. The order of its names is of no matter. */
  readonly filter: Readonly<Record<string, string>>;
}

export interface Cursors {
  /** @throws SigningUnavailable, or RangeError if the position is too large */
  encode(binding: Binding, position: Position): Promise<string>;
  /** @throws InvalidCursor, or SigningUnavailable */
  decode(binding: Binding, text: string): Promise<Position>;
}

/** The one answer to everything that can be wrong with a cursor: saying more would help whoever forges one. */
export class InvalidCursor extends Error {
  override readonly name = "InvalidCursor";

  constructor() {
    super("The cursor is not one of this list, or it is older than a day. Start again without a cursor.");
  }
}

const LIFETIME_SECONDS = 24 * 60 * 60;
/** In characters; what is longer is refused before it is decoded. */
const LONGEST = 2_048;
const MAC_BYTES = 32;

/** `exp` is in seconds since 1 January 1970 UTC. */
const content = z.strictObject({ exp: z.int(), key: z.record(z.string(), z.string()) });

/**
 * Opaque cursors: base64url of a MAC and of what it signs, the key's version and then JSON. They are valid for a day.
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
      // What is too short to hold a MAC holds no version either, and there is no key for that.
      const derived = await signingKey.byVersion(signed.toString("latin1", 0, brace));
      if (derived === undefined || !timingSafeEqual(mac, macOf(derived, binding, signed))) throw new InvalidCursor();
      const { exp, key } = contentOf(signed.subarray(brace));
      if (exp <= seconds()) throw new InvalidCursor();
      return key;
    },
  };
}

/** JSON holds no NUL, so no other binding and content make the same bytes. */
function macOf({ key }: DerivedKey, { route, caller, filter }: Binding, signed: Uint8Array): Buffer {
  const sorted = Object.entries(filter).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return createHmac("sha256", key)
    .update(JSON.stringify([route, caller ?? null, sorted]))
    .update("\0")
    .update(signed)
    .digest();
}

/** Decodes base64url, and only what encoding gives: padding, another alphabet and loose bits are refused. */
function bytesOf(text: string): Buffer {
  if (text.length > LONGEST) throw new InvalidCursor();
  const bytes = Buffer.from(text, "base64url");
  if (bytes.toString("base64url") !== text) throw new InvalidCursor();
  return bytes;
}

/** Reads JSON, and only what encoding gives: a field more, one twice and `__proto__` are refused. */
function contentOf(json: Buffer): z.output<typeof content> {
  try {
    const read = content.parse(JSON.parse(json.toString()));
    if (Buffer.from(JSON.stringify(read)).equals(json)) return read;
  } catch {
    // Broken JSON or another shape: like everything else.
  }
  throw new InvalidCursor();
}
