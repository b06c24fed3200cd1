import * as z from "zod/mini";
import { comment, commentFields } from "./comments";

/**
 * Reads a comment from a row of this or any earlier release (docs/decisions/rows-outlive-code.md). A field that rows do
 * not have needs a default here; test/support/fixtures/rows-of-846a08f.ts does not compile otherwise.
 */
export const commentRow = z.object({ ...comment.shape, ...commentFields.written.shape });
