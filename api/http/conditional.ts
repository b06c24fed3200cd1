/** Conditional requests (https://www.rfc-editor.org/rfc/rfc9110#name-conditional-requests). */
import type { Comment } from "../../domain/comments/comments";
import type { Post } from "../../domain/posts/posts";

/** Returns the result that shows a post or a comment in its present state. */
export const representationOf = (thing: Post | Comment) => ({ body: thing, etag: etagOf(thing) });

/**
 * Returns the tag of this state of a post or a comment. It begins with the version. The number of a post's favorites is
 * no part of the version, but it is sent, and so it is part of the tag.
 */
const etagOf = ({ version, ...thing }: Post | Comment): string =>
  "favorite_count" in thing ? `"${version}-${thing.favorite_count}"` : `"${version}"`;

/**
 * Returns the version that an `If-Match` asks for; undefined if any will do. Only what the author wrote must not have
 * changed: another number of favorites is no reason to refuse.
 */
export function versionIn(header: string | undefined): number | undefined {
  if (header === undefined || header === "*") return undefined;
  // Versions begin with 1: no other tag, and no weak one, matches anything.
  return Number(/^"([1-9]\d{0,14})(?:-\d+)?"$/.exec(header)?.[1] ?? 0);
}

/** Tells whether an `If-None-Match` names the tag, which it may in a list and as a weak one. */
export const isKnown = (header: string, etag: string): boolean =>
  header.split(",").some((tag) => ["*", etag].includes(tag.trim().replace(/^W\//, "")));
