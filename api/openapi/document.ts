import { STATUS_CODES } from "node:http";
// Nothing but types: with a module in common, the bundler would cut what every start reads into more files.
import type { Answer, Route } from "../http/route";
import type { JsonSchema, Schemas } from "./schemas";

/** As much of OpenAPI 3.1 (https://spec.openapis.org/oas/v3.1.1.html) as is used here. */
export interface OpenApiDocument {
  readonly openapi: "3.1.1";
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, JsonSchema>>;
    readonly responses: Readonly<Record<string, ResponseObject>>;
    readonly securitySchemes: Readonly<Record<string, object>>;
  };
}

export interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  readonly security?: readonly object[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly required: true; readonly content: Content };
  readonly responses: Readonly<Record<string, ResponseObject | { readonly $ref: string }>>;
}

export interface Parameter {
  readonly name: string;
  readonly in: "path" | "query" | "header";
  readonly required: boolean;
  readonly description?: string;
  readonly schema: JsonSchema;
}

type Content = Readonly<Record<string, { readonly schema: JsonSchema }>>;

interface ResponseObject {
  readonly description: string;
  readonly headers?: Readonly<Record<string, { readonly schema: JsonSchema }>>;
  readonly content?: Content;
}

const id: JsonSchema = { type: "string", format: "uuid" };

const PROBLEM_TYPE = "application/problem+json";

/** Describes the routes by the schemas that check their requests. */
export function openApiDocument(routes: readonly Route[], schemas: Schemas, version: string): OpenApiDocument {
  const paths: Record<string, Record<string, Operation>> = {};
  for (const route of routes) {
    paths[route.path] ??= {};
    Object.assign(paths[route.path] ?? {}, { [route.method.toLowerCase()]: operationOf(route, schemas) });
  }
  const refusals = [...new Set(routes.flatMap(refusalsOf))].sort();
  return {
    openapi: "3.1.1",
    info: {
      title: "Terrace API",
      version,
      description: "Posts, comments and favorites. Whoever is connected by WebSocket is told of new comments.",
    },
    paths,
    components: {
      schemas: schemas.named,
      responses: Object.fromEntries(refusals.map((status) => [nameOf(status), refusalWith(status)])),
      securitySchemes: { firebase: { type: "http", scheme: "bearer", bearerFormat: "Firebase ID token" } },
    },
  };
}

function operationOf(route: Route, schemas: Schemas): Operation {
  const { name, summary, description, access, body, answers } = route;
  const parameters = parametersOf(route, schemas);
  const successes = Object.entries(answers).map(([status, success]) => [status, responseOf(success, schemas)]);
  const unchanged = route.method === "GET" && Object.values(answers).some(({ headers }) => headers?.includes("etag"));
  return {
    operationId: name,
    summary,
    ...(description && { description }),
    ...(access !== "public" && { security: [...(access === "anyone" ? [{}] : []), { firebase: [] }] }),
    ...(parameters.length > 0 && { parameters }),
    ...(isRead(body) && {
      requestBody: { required: true, content: { "application/json": { schema: schemas.jsonSchemaOf(body, "input") } } },
    }),
    responses: Object.fromEntries([
      ...successes,
      ...(unchanged
        ? [["304", responseOf({ description: "It is as `if-none-match` says.", headers: ["etag"] }, schemas)]]
        : []),
      ...refusalsOf(route).map((status) => [status, { $ref: `#/components/responses/${nameOf(status)}` }]),
    ]),
  };
}

function parametersOf({ thing, query, headers }: Route, { jsonSchemaOf }: Schemas): Parameter[] {
  const path: Parameter[] = thing ? [{ name: "id", in: "path", required: true, schema: id }] : [];
  for (const [place, fields] of [
    ["query", query],
    ["header", headers],
  ] as const) {
    const { properties = {}, required = [] } = jsonSchemaOf(fields, "input");
    for (const [name, property] of Object.entries(properties)) {
      if (typeof property === "boolean") continue;
      const { description, ...schema } = property;
      path.push({
        name,
        in: place,
        required: required.includes(name),
        ...(description && { description }),
        schema,
      });
    }
  }
  return path;
}

function responseOf({ description, body, mediaType, headers = [] }: Answer, { jsonSchemaOf }: Schemas): ResponseObject {
  const schema: JsonSchema = body ? jsonSchemaOf(body, "output") : { type: "string" };
  const type = body ? "application/json" : mediaType;
  return {
    description,
    ...(headers.length > 0 && {
      headers: Object.fromEntries(headers.map((name) => [name, { schema: { type: "string" as const } }])),
    }),
    ...(type && { content: { [type]: { schema } } }),
  };
}

const isRead = (fields: Route["body"]): boolean => Object.keys(fields.shape).length > 0;

/** The statuses with which a request to a route can be refused. */
function refusalsOf({ access, thing, headers, body }: Route): number[] {
  return [
    400,
    ...(access === "public" ? [] : [401]),
    ...(access === "signed in" ? [403] : []),
    ...(thing ? [404] : []),
    ...("if-match" in headers.shape ? [412] : []),
    ...(isRead(body) ? [413, 415] : []),
    ...("idempotency-key" in headers.shape ? [422] : []),
    500,
    ...(access === "public" ? [] : [503]),
  ];
}

const nameOf = (status: number) => (STATUS_CODES[status] ?? "").replaceAll(/\W/g, "");

const refusalWith = (status: number): ResponseObject => ({
  description: STATUS_CODES[status] ?? "",
  content: { [PROBLEM_TYPE]: { schema: { $ref: "#/components/schemas/Problem" } } },
});
