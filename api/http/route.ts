import type { H3Event } from "h3";
import * as z from "zod/mini";
import type { Action, Caller } from "../../domain/shared/authorization";
import type { ResponseHeader } from "./cors-headers";
import {
  type HeaderFields,
  type NoOtherHeaders,
  readBody,
  readHeaders,
  readId,
  readQuery,
  requestIdIn,
} from "./request";
import type { Result } from "./response";

/** A response of a route, as the document describes it. */
export interface ResponseDescription {
  readonly description: string;
  /** The schema of a JSON body. */
  readonly body?: z.ZodMiniType;
  /** The type of a body that is not JSON. */
  readonly mediaType?: string;
  /** The headers it has besides those that every response has. */
  readonly headers?: readonly ResponseHeader[];
}

/** A request that has passed the route's schemas. */
interface Input<Query, Headers, Body> {
  /** The method and path of the route, such as `GET /api/v1/posts`. */
  readonly operation: string;
  /** The caller; undefined if the request has no token, or the route does not look at it. */
  readonly caller: Caller | undefined;
  /** The text that stands for `{id}` in the path; empty if the path has none. */
  readonly id: string;
  readonly query: Query;
  readonly headers: Headers;
  readonly body: Body;
  readonly requestId: string;
}

type Fields = z.ZodMiniObject;
const noFields = z.object({});
type NoFields = typeof noFields;

interface Description {
  /** Names the operation in programs that are generated from the document. */
  readonly name: string;
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** The path as OpenAPI writes it: `/api/v1/posts/{id}`. */
  readonly path: string;
  readonly summary: string;
  readonly description?: string;
  /**
   * The action of the domain that the handler asks for. The rule for it in domain/shared/authorization.ts says who may
   * send the request at all, and whom the document asks for a token. With "none" the route looks at no token.
   */
  readonly action: Action | "none";
  /** The kind of resource that `{id}` in the path names, if it is there. */
  readonly resource?: "post" | "comment";
  /** True if a caller who asks too often is refused. */
  readonly bounded?: boolean;
  /** The successes, by status. The refusals follow from the rest. */
  readonly responses: Readonly<Record<number, ResponseDescription>>;
}

/** One operation of the API. The schemas that document it are those that check its requests. */
export interface Route extends Description {
  readonly query: Fields;
  readonly headers: HeaderFields;
  readonly body: Fields;
  /** Reads the request and has it handled. Whether the caller may ask is decided before. */
  serve(event: H3Event, caller: Caller | undefined): Promise<Result>;
}

/** Makes a route of its description, the schemas of what it reads, and its handler. */
export function route<
  Query extends Fields = NoFields,
  Headers extends HeaderFields = NoFields,
  Body extends Fields = NoFields,
>({
  query,
  headers,
  body,
  handle,
  ...description
}: Description & {
  /** The query parameters; without this, they are not looked at. */
  readonly query?: Query;
  /** The headers besides those that every request may have. */
  readonly headers?: Headers & NoOtherHeaders<Headers>;
  /** The JSON body; without this, it is not looked at. */
  readonly body?: Body;
  handle(input: Input<z.output<Query>, z.output<Headers>, z.output<Body>>): Result | Promise<Result>;
}): Route {
  const { method, path, resource } = description;
  const readParts = {
    query: reader(query, readQuery<Query>),
    headers: reader(headers, readHeaders<Headers>),
    body: reader(body, readBody<Body>),
  };
  return {
    ...description,
    query: query ?? noFields,
    headers: headers ?? noFields,
    body: body ?? noFields,
    async serve(event, caller) {
      return handle({
        operation: `${method} ${path}`,
        caller,
        id: resource ? readId(event, resource) : "",
        query: readParts.query(event),
        headers: readParts.headers(event),
        body: await readParts.body(event),
        requestId: requestIdIn(event.req),
      });
    },
  };
}

/** Returns a function that reads a part of requests as the schema says; without a schema the part is not looked at. */
function reader<Schema extends Fields, Part extends z.output<Schema> | Promise<z.output<Schema>>>(
  schema: Schema | undefined,
  read: (event: H3Event, schema: Schema) => Part,
): (event: H3Event) => Part | z.output<Schema> {
  if (schema) return (event) => read(event, schema);
  // Without a schema, its type is the default one, NoFields, and this is what that one reads.
  const nothing = {} as z.output<Schema>;
  return () => nothing;
}
