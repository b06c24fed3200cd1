import { createHash } from "node:crypto";
import * as z from "zod/mini";

const allowed = "1 to 255 printable ASCII characters";

/** Checks the header Idempotency-Key. */
export const idempotencyKey = z.string(allowed).check(z.regex(/^[\x21-\x7e]{1,255}$/, allowed));

/**
 * Returns the id of what an idempotent operation creates: the same each time the same caller asks for it with the same
 * key, so that the store itself keeps it from being created twice. It is a UUID of version 8
 * (https://www.rfc-editor.org/rfc/rfc9562#name-uuid-version-8).
 */
export function derivedId(uid: string, operation: string, key: string): string {
  const hex = hashOf([uid, operation, key]);
  // The version is 8, and the variant is 10xx.
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 3) | 8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join("-");
}

/**
 * Returns a text that tells one input from another when an idempotency key comes again. It is stored in rows, so the
 * same input must give the same fingerprint for ever.
 */
export const fingerprint = (...input: readonly unknown[]): string => hashOf(input);

const hashOf = (parts: readonly unknown[]): string => createHash("sha256").update(JSON.stringify(parts)).digest("hex");

/**
 * For this long after a deletion, in seconds (30 days), a request that comes again with its idempotency key does not
 * create what was deleted once more. Clients repeat a request for minutes, or for days if they queue it while they are
 * offline; whoever sends it again after a month wants it again.
 */
export const KEY_MEMORY_SECONDS = 30 * 24 * 60 * 60;
