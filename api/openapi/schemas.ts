import * as z from "zod/mini";
import { comment, commentInput } from "../../domain/comments";
import { connectionCount } from "../../domain/connection-count";
import { favoritePost } from "../../domain/favorites";
import { post, postInput } from "../../domain/posts";
import type { Problem } from "../../domain/runtime/problem";
import { ticket } from "../../domain/tickets";

export type JsonSchema = z.core.JSONSchema.BaseSchema;

/** Problem details, as they are sent. */
const problem: z.ZodMiniType<Problem> = z.object({
  status: z.int(),
  title: z.string().check(z.meta({ description: "The status in words." })),
  detail: z.string().check(z.meta({ description: "What is wrong, for the person who sent the request." })),
  code: z.exactOptional(z.enum(["token_malformed", "token_invalid", "token_expired"])),
  errors: z.exactOptional(z.array(z.object({ field: z.string(), received: z.string(), allowed: z.string() }))),
  request_id: z.exactOptional(z.string()).check(z.meta({ description: "Names the request in the logs." })),
});

const named = {
  Comment: comment,
  CommentInput: commentInput,
  ConnectionCount: connectionCount,
  Favorite: favoritePost,
  Post: post,
  PostInput: postInput,
  Problem: problem,
  Ticket: ticket,
};
for (const [id, schema] of Object.entries(named)) z.globalRegistry.add(schema, { id });

/**
 * Turns what the API validates with into JSON Schema, in which the schemas that have a name refer to each other.
 *
 * @param io whether it is about what is read or about what is sent
 */
export function jsonSchemaOf(schema: z.ZodMiniType, io: "input" | "output"): JsonSchema {
  const { $schema, $defs, ...own } = z.toJSONSchema(schema, { io });
  return JSON.parse(JSON.stringify(own).replaceAll("#/$defs/", "#/components/schemas/"));
}

/** The schemas that have a name, by it. */
export function namedSchemas(): Record<string, JsonSchema> {
  return Object.fromEntries(
    Object.entries(named).map(([id, schema]) => {
      const { $defs } = z.toJSONSchema(schema, { io: id.endsWith("Input") ? "input" : "output" });
      return [id, JSON.parse(JSON.stringify($defs?.[id]).replaceAll("#/$defs/", "#/components/schemas/"))];
    }),
  );
}
