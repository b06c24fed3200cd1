/** Compares the API's responses with the API's document. */
import Ajv2020, { type ValidateFunction } from "ajv/dist/2020";
import type { OpenAPIV3_1 } from "openapi-types";
import { responseHeaders } from "../../api/http/cors-headers";
import type { OpenApiDocument, Operation } from "../../api/openapi/document";

const ajv = new Ajv2020({
  // That the document holds valid schemas has a test of its own, and takes longer than every comparison with them.
  validateSchema: false,
  meta: false,
  formats: {
    uuid: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
    "date-time": /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/,
  },
});
ajv.addVocabulary(["components"]);

/** The headers that a response has if, and only if, its document says so. The request's id is in all of them. */
const documentedHeaders = [...responseHeaders, "content-security-policy"].filter((name) => name !== "x-request-id");

/** A response whose body was read. */
interface Received {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

export interface Conformance {
  /** Says in words how a response breaks the document; undefined if the document allows it. */
  breach(method: string, path: string, received: Received): string | undefined;
  operation(method: string, path: string): Operation | undefined;
  readonly operationIds: readonly string[];
}

export function conformanceTo(document: OpenApiDocument): Conformance {
  const { components } = document;
  const validators = new Map<object, ValidateFunction>();
  const paths = Object.entries(document.paths).map(([path, methods]) => ({
    methods,
    pattern: new RegExp(`^${path.replaceAll(/\{\w+\}/g, "[^/]+")}/?$`),
  }));

  function operation(method: string, path: string): Operation | undefined {
    const found = paths.find(({ pattern }) => pattern.test(path));
    // A method in small letters is another one, which no HTTP server knows.
    return method === method.toUpperCase() ? found?.methods[method.toLowerCase().replace("head", "get")] : undefined;
  }

  function validatorOf(schema: object): ValidateFunction {
    const validate = validators.get(schema) ?? ajv.compile({ ...schema, components });
    validators.set(schema, validate);
    return validate;
  }

  function headersBreach({ headers }: OpenAPIV3_1.ResponseObject, received: Received): string | undefined {
    const documented = Object.keys(headers ?? {}).toSorted();
    const sent = documentedHeaders.filter((name) => received.headers.has(name)).toSorted();
    return sent.join() === documented.join() ? undefined : `the headers ${sent} where ${documented} are documented`;
  }

  function bodyBreach(response: OpenAPIV3_1.ResponseObject, method: string, { headers, text }: Received) {
    const content = Object.entries(response.content ?? {});
    if (content.length === 0 || method === "HEAD") return text === "" ? undefined : "a body where there is none";
    const type = headers.get("content-type");
    const schema = response.content?.[type?.split(";")[0] ?? ""]?.schema;
    if (!schema) return `the type ${type} is not documented`;
    if ("type" in schema && schema.type === "string") return undefined;
    const validate = validatorOf(schema);
    return validate(JSON.parse(text)) ? undefined : ajv.errorsText(validate.errors);
  }

  return {
    operation,
    operationIds: paths.flatMap(({ methods }) => Object.values(methods).map(({ operationId }) => operationId)),
    breach(method, path, received) {
      const { status, text } = received;
      if (method === "OPTIONS" && status === 204) return text === "" ? undefined : "204 with a body";
      const responses = operation(method, path)?.responses;
      const documented = responses?.[status];
      if (documented === undefined) {
        // A request that leads to no operation is answered with a problem, about which the document says nothing else.
        const anyProblem = components.responses.InternalServerError;
        if (responses || status < 400 || !anyProblem) return `the status ${status} is not documented`;
        return bodyBreach(anyProblem, method, received);
      }
      const response =
        "$ref" in documented ? components.responses[documented.$ref.split("/").at(-1) ?? ""] : documented;
      if (!response) return "a reference that leads nowhere";
      return headersBreach(response, received) ?? bodyBreach(response, method, received);
    },
  };
}
