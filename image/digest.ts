import { createHash } from "node:crypto";

/** The form in which registries show digests. */
export const DIGEST = /^sha256:[0-9a-f]{64}$/;

/** Returns `sha256:…` of some bytes, or of a text in UTF-8. */
export function digestOf(bytes: Uint8Array | string): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}
