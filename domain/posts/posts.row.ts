import * as z from "zod/mini";
import { post, postFields } from "./posts";

/**
 * Reads a post from a row of this or any earlier release (docs/decisions/rows-outlive-code.md). A field that rows do
 * not have needs a default here; test/support/fixtures/rows-of-846a08f.ts does not compile otherwise.
 */
export const postRow = z.object({ ...post.shape, ...postFields.written.shape });

/** Reads what is left of a deleted post. */
export const postTombstoneRow = z.object({ id: z.string(), author_id: z.string(), deleted_at: z.string() });
