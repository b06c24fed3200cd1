import { STATUS_CODES } from "node:http";
import type { OpenAPIV3_1 } from "openapi-types";
import { audienceOf } from "../../domain/shared/authorization";
import { PROBLEM_TYPE } from "../../runtime/problem";
import type { ResponseHeader } from "../http/cors-headers";
import type { ResponseDescription, Route } from "../http/route";
import { createSchemas, type Schema, type Schemas, withExamples } from "./schemas";

/** A parameter of an operation. The library's type of it has a schema of OpenAPI 3.0. */
export type Parameter = Omit<OpenAPIV3_1.ParameterObject, "schema"> & { readonly schema: Schema };

/** An operation of our document, in which only schemas and refusals are references. */
export type Operation = Omit<OpenAPIV3_1.OperationObject, "parameters" | "requestBody"> & {
  readonly operationId: string;
  readonly parameters: Parameter[];
  readonly requestBody?: OpenAPIV3_1.RequestBodyObject;
  readonly responses: OpenAPIV3_1.ResponsesObject;
};

/** The API's document in OpenAPI 3.1 (https://spec.openapis.org/oas/v3.1.1.html). */
export type OpenApiDocument = Pick<OpenAPIV3_1.Document, "openapi" | "info"> & {
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: {
    readonly schemas: Schemas["named"];
    readonly responses: Record<string, OpenAPIV3_1.ResponseObject>;
    readonly securitySchemes: Record<string, OpenAPIV3_1.SecuritySchemeObject>;
  };
};

/** Describes the routes by the schemas that check their requests and the rules that decide who may send them. */
export function openApiDocument(routes: readonly Route[], version: string): OpenApiDocument {
  const schemas = createSchemas();
  const paths: OpenApiDocument["paths"] = {};
  for (const route of routes)
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operationOf(route, schemas) };
  const refusals = [...new Set(routes.flatMap(refusalsOf))].sort();
  return {
    openapi: "3.1.1",
    info: {
      title: "Terrace API",
      version,
      description: "Posts, comments and favorites. Whoever listens by WebSocket is told of every change.",
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
  const { name, path, summary, description, body, responses } = route;
  const security = securityOf(route);
  return {
    operationId: name,
    tags: [/^\/api\/v1\/(\w+)/.exec(path)?.[1] ?? "service"],
    summary,
    ...(description && { description }),
    ...(security && { security }),
    parameters: parametersOf(route, schemas),
    ...(isRead(body) && {
      requestBody: {
        required: true,
        content: { "application/json": { schema: withExamples(schemas.schemaOf(body, "input")) } },
      },
    }),
    responses: Object.fromEntries([
      ...Object.entries(responses).map(([status, success]) => [status, responseOf(success, schemas)]),
      ...(isConditional(route)
        ? [["304", responseOf({ description: "It is as `if-none-match` says.", headers: ["etag"] }, schemas)]]
        : []),
      ...refusalsOf(route).map((status) => [status, { $ref: `#/components/responses/${nameOf(status)}` }]),
    ]),
  };
}

/** Returns the kinds of sign-in that are asked for: none at all, a token that may be left out, or a token. */
function securityOf({ action }: Route): OpenAPIV3_1.SecurityRequirementObject[] | undefined {
  if (action === "none") return undefined;
  return audienceOf(action) === "by everyone" ? [{}, { firebase: [] }] : [{ firebase: [] }];
}

function parametersOf(route: Route, schemas: Schemas): Parameter[] {
  return [
    ...(route.resource
      ? [{ name: "id", in: "path", required: true, schema: { type: "string" as const, format: "uuid" } }]
      : []),
    ...fieldsOf(schemas.schemaOf(route.query, "input"), "query"),
    ...fieldsOf(schemas.schemaOf(route.headers, "input"), "header"),
    ...(isConditional(route)
      ? [
          {
            name: "if-none-match",
            in: "header",
            required: false,
            description: "Answers 304 if this is still its ETag.",
            schema: { type: "string" as const },
          },
        ]
      : []),
  ];
}

/** Returns the fields of a schema as parameters in this place of a request. */
function fieldsOf(fields: Schema, place: "query" | "header"): Parameter[] {
  if ("$ref" in fields) throw new TypeError(`The schema of the ${place} must have no name: it is taken apart here.`);
  const { properties = {}, required = [] } = fields;
  return Object.entries(properties).map(([name, { description, ...schema }]) => ({
    name,
    in: place,
    required: required.includes(name),
    ...(description && { description }),
    schema,
  }));
}

function responseOf(
  { description, body, mediaType, headers = [] }: ResponseDescription,
  { schemaOf }: Schemas,
): OpenAPIV3_1.ResponseObject {
  const type = body ? "application/json" : mediaType;
  const schema: Schema = body ? schemaOf(body, "output") : { type: "string" };
  return {
    description,
    ...(headers.length > 0 && { headers: headersNamed(headers) }),
    ...(type && { content: { [type]: { schema } } }),
  };
}

const headersNamed = (names: readonly ResponseHeader[]): Record<string, OpenAPIV3_1.HeaderObject> =>
  Object.fromEntries(names.map((name) => [name, { schema: { type: "string" } }]));

const isRead = (fields: Route["body"]): boolean => Object.keys(fields.shape).length > 0;

/** Tells whether a GET answers 304 to a client that knows the present state. */
const isConditional = ({ method, responses }: Route): boolean =>
  method === "GET" && Object.values(responses).some(({ headers }) => headers?.includes("etag"));

/** Returns the statuses with which a request to a route can be refused. */
function refusalsOf({ action, resource, headers, body, bounded }: Route): number[] {
  const asksForUser = action !== "none" && audienceOf(action) === "by users";
  return [
    400,
    ...(action === "none" ? [] : [401]),
    ...(asksForUser ? [403] : []),
    ...(resource ? [404] : []),
    ...("if-match" in headers.shape ? [412] : []),
    ...(isRead(body) ? [413, 415] : []),
    ...("idempotency-key" in headers.shape ? [422] : []),
    ...(bounded ? [429] : []),
    500,
    ...(action === "none" ? [] : [503]),
  ];
}

const nameOf = (status: number) => (STATUS_CODES[status] ?? "").replaceAll(/\W/g, "");

/** The headers of a refusal that http/problems.ts adds, by status. */
const REFUSAL_HEADERS: Readonly<Record<number, readonly ResponseHeader[]>> = {
  401: ["www-authenticate"],
  429: ["retry-after"],
  503: ["retry-after"],
};

const refusalWith = (status: number): OpenAPIV3_1.ResponseObject => ({
  description: STATUS_CODES[status] ?? "",
  ...(REFUSAL_HEADERS[status] && { headers: headersNamed(REFUSAL_HEADERS[status]) }),
  content: { [PROBLEM_TYPE]: { schema: { $ref: "#/components/schemas/Problem" } } },
});
