import { createHash } from "node:crypto";
import * as z from "zod/mini";

const allowed = "1 to 255 printable ASCII characters";

/** What an Idempotency-Key may be. */
export const idempotencyKey = z.string(allowed).check(z.regex(/^[\x21-\x7e]{1,255}$/, allowed));

/**
 * The id of what an idempotent operation creates: the same each time the same caller asks for it with the same key,
 * so that the store itself keeps it from being created twice. It is a UUID of version 8
 * (https://www.rfc-editor.org/rfc/rfc9562#name-uuid-version-8).
 */
export function derivedId(uid: string, operation: string, key: string): string {
  const hex = sha256([uid, operation, key]);
  // Version 8, and the variant 10xx.
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 3) | 8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join("-");
}

/** Tells one input from another, when a key comes again. */
export const fingerprint = (...input: readonly string[]): string => sha256(input);

const sha256 = (parts: readonly string[]): string => createHash("sha256").update(JSON.stringify(parts)).digest("hex");
