import type { H3Event } from "h3";
import * as z from "zod/mini";
import type { Caller } from "../authentication/authenticator";
import { readBody, readHeaders, readId, readQuery } from "./input";

/** What a route does with a token: looks at none, takes one and refuses a bad one, or asks for one. */
type Access = "public" | "anyone" | "signed in";

/** A success, as it is documented. */
export interface Answer {
  readonly description: string;
  /** Of the JSON body. */
  readonly body?: z.ZodMiniType;
  /** Of a body that is not JSON. */
  readonly mediaType?: string;
  readonly headers?: readonly ("etag" | "location")[];
}

/** What a route returns, to be sent. */
export interface Reply {
  /** @default 200 */
  readonly status?: number;
  /** Sent as JSON, or as it is if it is text. */
  readonly body?: object | string;
  /** Names this state of the resource: a GET by whoever knows it already is answered with 304. */
  readonly etag?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request that has passed the route's schemas. */
interface Input<Query, Headers, Body> {
  readonly caller: Caller | undefined;
  /** What stands for `{id}` in the path. */
  readonly id: string;
  readonly query: Query;
  readonly headers: Headers;
  readonly body: Body;
  readonly requestId: string;
}

type Fields = z.ZodMiniObject;

/** What a route says about itself. */
interface Description<Query extends Fields, Headers extends Fields, Body extends Fields> {
  /** Its name in programs that are generated from the document. */
  readonly name: string;
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** As OpenAPI writes it: `/api/v1/posts/{id}`. */
  readonly path: string;
  readonly summary: string;
  readonly description?: string;
  readonly access: Access;
  /** What `{id}` in the path names, if it is there. */
  readonly thing?: "post" | "comment";
  readonly query: Query;
  readonly headers: Headers;
  readonly body: Body;
  /** The successes, by status. How it can be refused follows from the rest. */
  readonly answers: Readonly<Record<number, Answer>>;
}

/** One thing the API does. The schemas that document it are those that check its requests. */
export interface Route extends Description<Fields, Fields, Fields> {
  /** @param caller undefined if the request has no token */
  serve(event: H3Event, caller: Caller | undefined): Promise<Reply>;
}

const unread = z.object({});

/** Of the query, the headers and the body, what a route does not look at. */
export const nothing = { query: unread, headers: unread, body: unread } as const;

/** Reads a part of requests as the schema says; a part that is not to be looked at is empty. */
function reader<Schema extends Fields, Part>(
  schema: Schema,
  read: (event: H3Event, schema: Schema) => Part,
): (event: H3Event) => Part | z.output<Schema> {
  if (schema !== unread) return (event) => read(event, schema);
  const empty = schema.parse({});
  return () => empty;
}

export function route<Query extends Fields, Headers extends Fields, Body extends Fields>({
  handle,
  ...description
}: Description<Query, Headers, Body> & {
  handle(input: Input<z.output<Query>, z.output<Headers>, z.output<Body>>): Reply | Promise<Reply>;
}): Route {
  const { thing } = description;
  const query = reader(description.query, readQuery<Query>);
  const headers = reader(description.headers, readHeaders<Headers>);
  const body = reader(description.body, readBody<Body>);
  return {
    ...description,
    async serve(event, caller) {
      return handle({
        caller,
        id: thing ? readId(event, thing) : "",
        query: query(event),
        headers: headers(event),
        body: await body(event),
        requestId: requestIdIn(event),
      });
    },
  };
}

declare module "h3" {
  interface H3EventContext {
    /** Names this request in the logs; returned as `x-request-id`. */
    requestId?: string;
    startedAt?: number;
  }
}

export const requestIdIn = (event: H3Event): string => event.context.requestId ?? "unknown";
