import type { JsonObject } from "../../shared/json";
import type { Engine } from "../engine";
import { invalid } from "../errors";
import { readRequest, readTypes } from "../requests/read";
import type { Structure } from "../requests/shape";
import { tableName } from "../storage/catalog";

/** An operation of the API. */
export interface Operation {
  /** Does it and answers what the API answers. Throws a DynamoDbError for whatever DynamoDB would refuse. */
  answer(input: JsonObject, engine: Engine): Promise<JsonObject>;
}

/** An answer as operations make it: members that are undefined are left out, and items are what JSON they are. */
export type Answer = Readonly<Record<string, unknown>>;

/** Makes an operation of the shape of its requests and of what it does with one. */
export function operation<T>(
  shape: Structure<T>,
  run: (request: T, engine: Engine, input: JsonObject) => Answer | Promise<Answer>,
): Operation {
  return {
    async answer(input, engine) {
      const request = readRequest(withTableName(input), shape);
      return (await run(request, engine, input)) as JsonObject;
    },
  };
}

/**
 * Makes an operation on the table that its request names. Throws a DynamoDbError, in the words of these operations, if
 * the request has no name that a table can have.
 */
export function tableOperation<T extends { readonly TableName?: string | undefined }>(
  shape: Structure<T>,
  run: (request: T & { readonly TableName: string }, engine: Engine) => Answer | Promise<Answer>,
): Operation {
  const named = operation(shape, (request, engine) => run({ ...request, TableName: request.TableName ?? "" }, engine));
  return {
    async answer(input, engine) {
      const name = readTypes(withTableName(input), shape).TableName;
      if (name === undefined) throw missingTableName();
      if (typeof name === "string" && (name.length < 3 || name.length > 255))
        throw invalid("TableName must be at least 3 characters long and at most 255 characters long");
      return named.answer(input, engine);
    },
  };
}

export const missingTableName = () =>
  invalid("The parameter 'TableName' is required but was not present in the request");

/** A table may be given by its ARN, too. */
function withTableName(input: JsonObject): JsonObject {
  const { TableName } = input;
  return typeof TableName === "string" && TableName.startsWith("arn:")
    ? { ...input, TableName: tableName(TableName) }
    : input;
}
