import * as z from "zod/mini";

/**
 * Reads what makes a post a user's favorite from a row of this or any earlier release
 * (docs/decisions/rows-outlive-code.md).
 */
export const favoriteRow = z.object({ user_id: z.string(), post_id: z.string(), created_at: z.string() });

/**
 * The attribute of a post's row that counts how often its count of favorites has changed. Whoever is told of two counts
 * knows by it which is the later one; the API does not show it.
 */
export const COUNTS = "favorite_changes";
