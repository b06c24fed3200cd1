import * as z from "zod/mini";
import { comment, commentInput } from "../../domain/comments/comments";
import { favoritePost } from "../../domain/favorites/favorites";
import { post, postInput } from "../../domain/posts/posts";
import { connectionCount } from "../../domain/realtime/connection-count";
import { ticket } from "../../domain/realtime/tickets";
import type { Problem } from "../../runtime/problem";

export type JsonSchema = z.core.JSONSchema.BaseSchema;

/** Whether a schema is about what is read or about what is sent. */
type Direction = "input" | "output";

/** What turns the schemas that the API validates with into JSON Schema. */
export interface Schemas {
  /** A schema, in which those that have a name are referred to by it. */
  jsonSchemaOf(schema: z.ZodMiniType, direction: Direction): JsonSchema;
  /** The schemas that have a name, by it. */
  readonly named: Readonly<Record<string, JsonSchema>>;
}

export function createSchemas(): Schemas {
  const named = {
    Comment: comment,
    CommentInput: commentInput,
    ConnectionCount: connectionCount,
    Favorite: favoritePost,
    Post: post,
    PostInput: postInput,
    Problem: problemSchema(),
    Ticket: ticket,
  };
  for (const [id, schema] of Object.entries(named)) z.globalRegistry.add(schema, { id });
  const convert = (schema: z.ZodMiniType, io: Direction): JsonSchema =>
    JSON.parse(JSON.stringify(z.toJSONSchema(schema, { io })).replaceAll("#/$defs/", "#/components/schemas/"));
  return {
    jsonSchemaOf(schema, direction) {
      const { $schema, $defs, ...own } = convert(schema, direction);
      return own;
    },
    named: Object.fromEntries(
      Object.entries(named).map(([id, schema]) => {
        const { $defs = {} } = convert(schema, id.endsWith("Input") ? "input" : "output");
        return [id, $defs[id] ?? {}];
      }),
    ),
  };
}

/** Problem details, as they are sent. */
const problemSchema = (): z.ZodMiniType<Problem> =>
  z.object({
    status: z.int(),
    title: z.string().check(z.meta({ description: "The status in words." })),
    detail: z.string().check(z.meta({ description: "What is wrong, for the person who sent the request." })),
    code: z.exactOptional(z.enum(["token_malformed", "token_invalid", "token_expired"])),
    errors: z.exactOptional(z.array(z.object({ field: z.string(), received: z.string(), allowed: z.string() }))),
    request_id: z.exactOptional(z.string()).check(z.meta({ description: "Names the request in the logs." })),
  });
