import type { H3Event } from "h3";
import type * as z from "zod/mini";
import { isId } from "../../domain/shared/creation";
import { InvalidInput, NotFound, TooLarge } from "../../domain/shared/errors";
import { decodeText, parseJson } from "../../domain/shared/json";
import { describe, validate } from "../../domain/shared/validation";
import { RequestProblem } from "./problems";

/** More than the longest post takes, escaped. */
const BODY_BYTES = 256 * 1024;

/**
 * The request's body, checked.
 *
 * Only `application/json` is read: a form on somebody else's page can send anything else without asking first.
 *
 * @throws RequestProblem, TooLarge, InvalidInput
 */
export async function readBody<Schema extends z.ZodMiniObject>(
  event: H3Event,
  schema: Schema,
): Promise<z.output<Schema>> {
  if (!/^application\/json\s*(;|$)/i.test(event.req.headers.get("content-type") ?? ""))
    throw new RequestProblem(415, "The body must be JSON and say so: content-type: application/json.");
  const bytes = await event.req.arrayBuffer();
  if (bytes.byteLength > BODY_BYTES) throw new TooLarge("body", bytes.byteLength, BODY_BYTES);
  return validate(schema, parseJson(decodeText(new Uint8Array(bytes))));
}

/**
 * The request's query parameters, checked. One that is unknown is refused, for it is most likely misspelled, and
 * so is one that is given twice.
 *
 * @throws InvalidInput
 */
export function readQuery<Schema extends z.ZodMiniObject>(event: H3Event, schema: Schema): z.output<Schema> {
  const parameters = new Map<string, string>();
  for (const [name, value] of event.url.searchParams) {
    if (parameters.has(name))
      throw new InvalidInput([
        { field: describe(name), received: "a parameter twice", allowed: "each parameter once" },
      ]);
    parameters.set(name, value);
  }
  return validate(schema, Object.fromEntries(parameters), "query");
}

/**
 * Those of the request's headers that the schema names, checked.
 *
 * @throws InvalidInput
 */
export function readHeaders<Schema extends z.ZodMiniObject>(event: H3Event, schema: Schema): z.output<Schema> {
  const names = Object.keys(schema.shape).filter((name) => event.req.headers.has(name));
  return validate(schema, Object.fromEntries(names.map((name) => [name, event.req.headers.get(name)])), "headers");
}

/**
 * The id in the request's path.
 *
 * @throws NotFound for what cannot be an id
 */
export function readId(event: H3Event, thing: string): string {
  const id = event.context.params?.id ?? "";
  if (!isId(id)) throw new NotFound(thing);
  return id;
}
