import { DynamoDbError } from "../../../../local/dynamodb/errors";
import type { JsonObject } from "../../../../local/shared/json";
import type { Database } from "../../../local/dynamodb/database";
import { Refusal } from "./aws";

/** Answers an operation of DynamoDB from a database, as `FakeAws.answer` has to. */
export async function dynamo(database: Database, name: string, input: JsonObject): Promise<JsonObject> {
  try {
    return await database.call(name, input);
  } catch (error) {
    throw error instanceof DynamoDbError ? Object.assign(new Refusal(error.type), { message: error.message }) : error;
  }
}
