/** Holds what the API answers to what its own document says. */
import Ajv2020, { type ValidateFunction } from "ajv/dist/2020";
import type { OpenApiDocument, Operation } from "../../api/openapi/document";

const ajv = new Ajv2020({
  formats: {
    uuid: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
    "date-time": /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/,
  },
});
ajv.addVocabulary(["components"]);

/** An answer, read. */
interface Answered {
  readonly status: number;
  readonly type: string | null;
  readonly text: string;
}

/** What is wrong with answers, in words. */
export interface Conformance {
  /** @returns undefined if the document allows this answer */
  breach(method: string, path: string, answer: Answered): string | undefined;
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

  return {
    operation,
    operationIds: paths.flatMap(({ methods }) => Object.values(methods).map(({ operationId }) => operationId)),
    breach(method, path, { status, type, text }) {
      const documented = operation(method, path)?.responses;
      // What leads to no operation is answered with a problem, or, if it is about the path as such, with nothing.
      const declared = documented?.[status] ?? (documented || status < 400 ? undefined : "a problem");
      if (method === "OPTIONS" && status === 204) return text === "" ? undefined : "204 with a body";
      if (declared === undefined) return `the status ${status} is not documented`;
      const response =
        declared === "a problem"
          ? components.responses.InternalServerError
          : "$ref" in declared
            ? components.responses[declared.$ref.split("/").at(-1) ?? ""]
            : declared;
      if (!response) return "a reference that leads nowhere";
      const content = Object.entries(response.content ?? {});
      if (content.length === 0 || method === "HEAD") return text === "" ? undefined : "a body where there is none";
      const schema = response.content?.[type?.split(";")[0] ?? ""]?.schema;
      if (!schema) return `the type ${type} is not documented`;
      if (schema.type === "string") return undefined;
      const validate = validatorOf(schema);
      return validate(JSON.parse(text)) ? undefined : ajv.errorsText(validate.errors);
    },
  };
}
