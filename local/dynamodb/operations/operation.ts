import type { JsonObject } from "../../shared/json";
import type { Engine } from "../engine";
import { readRequest } from "../requests/read";
import type { Structure } from "../requests/shape";
import { tableName } from "../tables/catalog";

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

/** A table may be given by its ARN, too. */
function withTableName(input: JsonObject): JsonObject {
  const { TableName } = input;
  return typeof TableName === "string" && TableName.startsWith("arn:")
    ? { ...input, TableName: tableName(TableName) }
    : input;
}
