import type { OpenAPIV3_1 } from "openapi-types";
import * as z from "zod/mini";
import { ticket } from "../../domain/admission/tickets";
import { comment, commentInput } from "../../domain/comments/comments";
import { favoritePost } from "../../domain/favorites/favorites";
import { post, postInput } from "../../domain/posts/posts";
import { connectionCount } from "../../domain/realtime/connection-count";
import type { Problem } from "../../runtime/problem";

export type Schema = OpenAPIV3_1.SchemaObject | OpenAPIV3_1.ReferenceObject;

/** Says whether a schema is for a request, which may leave defaults out, or for a response. */
type Direction = "input" | "output";

/** Translates the schemas that the API validates with into the JSON Schema of its document. */
export interface Schemas {
  /** Translates one schema. It refers to those that have a name. */
  schemaOf(schema: z.ZodMiniType, direction: Direction): Schema;
  /** The schemas that have a name, by name. */
  readonly named: Readonly<Record<string, Schema>>;
}

/** Makes the translation. The schemas with a name of their own in the document are listed here; all others are inline. */
export function createSchemas(): Schemas {
  const named = {
    Comment: comment,
    CommentInput: commentInput,
    ConnectionCount: connectionCount,
    Favorite: favoritePost,
    Post: post,
    PostInput: postInput,
    Problem: problemSchema,
    Ticket: ticket,
  };
  for (const [id, schema] of Object.entries(named)) z.globalRegistry.add(schema, { id });
  const convert = (schema: z.ZodMiniType, io: Direction) =>
    JSON.parse(JSON.stringify(z.toJSONSchema(schema, { io })).replaceAll("#/$defs/", "#/components/schemas/"));
  return {
    schemaOf(schema, direction) {
      const { $schema, $defs, ...own } = convert(schema, direction);
      return own;
    },
    named: Object.fromEntries(
      Object.entries(named).map(([id, schema]) => {
        const isInput = id.endsWith("Input");
        const { $defs } = convert(schema, isInput ? "input" : "output");
        return [id, isInput ? withExamples($defs[id]) : $defs[id]];
      }),
    ),
  };
}

/**
 * Gives every required text of a request's body an example, which is where people begin who try a request, unless its
 * schema has one. Without an example they would be shown random characters that the pattern of the text allows.
 */
export function withExamples(schema: Schema): Schema {
  if ("$ref" in schema) return schema;
  const { properties = {}, required = [] } = schema;
  const examples = Object.entries(properties).map(([name, property]) => {
    const isText = "type" in property && property.type === "string" && required.includes(name);
    return [name, isText ? { examples: [`Some ${name}`], ...property } : property];
  });
  return { ...schema, properties: Object.fromEntries(examples) };
}

/** Problem details as they are sent. */
const problemSchema: z.ZodMiniType<Problem> = z.object({
  status: z.int(),
  title: z.string().check(z.meta({ description: "The status in words." })),
  detail: z.string().check(z.meta({ description: "Says what is wrong, for the person who sent the request." })),
  code: z.exactOptional(z.enum(["token_malformed", "token_invalid", "token_expired"])),
  errors: z.exactOptional(z.array(z.object({ field: z.string(), received: z.string(), allowed: z.string() }))),
  request_id: z.exactOptional(z.string()).check(z.meta({ description: "Names the request in the logs." })),
});
