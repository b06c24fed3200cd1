/** Reads the parts of a request, each checked by a schema, and holds the schemas of the headers that routes share. */
import type { H3Event } from "h3";
import * as z from "zod/mini";
import { isId } from "../../domain/shared/creation";
import { InvalidInput, NotFound, TooLarge } from "../../domain/shared/errors";
import { idempotencyKey } from "../../domain/shared/idempotency";
import { decodeText, parseJson } from "../../domain/shared/json";
import { describe, validate } from "../../domain/shared/validation";
import { UnsupportedMediaType } from "../errors";
import type { RequestHeader } from "./cors-headers";

/** The largest body that is read, in bytes: more than the longest post takes, with every character escaped. */
const BODY_BYTES = 256 * 1024;

/** The headers of a request that creates something. */
export const idempotencyHeaders = z.object({
  "idempotency-key": z
    .optional(idempotencyKey)
    .check(
      z.meta({ description: "Asking again with the same key and input creates nothing new, and answers the same." }),
    ),
});

const oneTag = 'one ETag, as it came: "3" with its quotation marks; or *';

/** The headers of a request that changes something. */
export const preconditionHeaders = z.object({
  "if-match": z
    .optional(z.string(oneTag).check(z.regex(/^(\*|(W\/)?"[\x21\x23-\x7e]{0,100}")$/, oneTag)))
    .check(z.meta({ description: "Refuses with 412 what has changed since it had this ETag." })),
});

/** Returns a header of the request. Only headers that browsers may send can be asked for. */
export const headerIn = (request: Request, name: RequestHeader): string | undefined =>
  request.headers.get(name) ?? undefined;

/**
 * Returns the id that names the request in every log line it causes. The adapter has put it into the headers: the
 * client's own if it can be logged, otherwise Lambda's.
 */
export const requestIdIn = (request: Request): string => headerIn(request, "x-request-id") ?? "unknown";

/**
 * Reads the request's body and checks it.
 *
 * Only `application/json` is read: a form on somebody else's page can send anything else without asking first.
 *
 * @throws UnsupportedMediaType, TooLarge, InvalidInput
 */
export async function readBody<Schema extends z.ZodMiniObject>(
  { req }: H3Event,
  schema: Schema,
): Promise<z.output<Schema>> {
  if (!/^application\/json\s*(;|$)/i.test(headerIn(req, "content-type") ?? "")) throw new UnsupportedMediaType();
  const bytes = await req.arrayBuffer();
  if (bytes.byteLength > BODY_BYTES) throw new TooLarge("body", bytes.byteLength, BODY_BYTES);
  return validate(schema, parseJson(decodeText(new Uint8Array(bytes))));
}

/**
 * Reads the request's query parameters and checks them. An unknown one is refused, for it is most likely misspelled,
 * and so is one that is given twice.
 *
 * @throws InvalidInput
 */
export function readQuery<Schema extends z.ZodMiniObject>({ url }: H3Event, schema: Schema): z.output<Schema> {
  const parameters = new Map<string, string>();
  for (const [name, value] of url.searchParams) {
    if (parameters.has(name))
      throw new InvalidInput([
        { field: describe(name), received: "a parameter twice", allowed: "each parameter once" },
      ]);
    parameters.set(name, value);
  }
  return validate(schema, Object.fromEntries(parameters), "query");
}

/**
 * Reads those of the request's headers that the schema names and checks them.
 *
 * @throws InvalidInput
 */
export function readHeaders<Schema extends HeaderFields>({ req }: H3Event, schema: Schema): z.output<Schema> {
  const entries = Object.keys(schema.shape).map((name) => [name, req.headers.get(name) ?? undefined]);
  return validate(schema, Object.fromEntries(entries.filter(([, value]) => value !== undefined)), "headers");
}

/** A schema of headers that browsers may send. */
export type HeaderFields = z.ZodMiniObject<{ readonly [Name in RequestHeader]?: z.ZodMiniType }>;

/** Keeps a schema that names any other header from compiling. */
export type NoOtherHeaders<Headers extends HeaderFields> = {
  readonly shape: { readonly [Name in Exclude<keyof Headers["shape"], RequestHeader>]: never };
};

/**
 * Returns the id in the request's path.
 *
 * @param resource names the kind of resource that the id is of, for the error
 * @throws NotFound for text that cannot be an id
 */
export function readId(event: H3Event, resource: string): string {
  const id = event.context.params?.id ?? "";
  if (!isId(id)) throw new NotFound(resource);
  return id;
}
