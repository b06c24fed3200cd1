import * as z from "zod/mini";

/**
 * Reads what makes a post a user's favorite from a row of this or any earlier release
 * (docs/decisions/rows-outlive-code.md).
 */
export const favoriteRow = z.object({ user_id: z.string(), post_id: z.string(), created_at: z.string() });
