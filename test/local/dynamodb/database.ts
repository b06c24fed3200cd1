import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { Engine } from "../../../local/dynamodb/engine";
import { DynamoDbError } from "../../../local/dynamodb/errors";
import { services } from "../../../local/dynamodb/operations/operations";
import { resumeIndexes } from "../../../local/dynamodb/tables/lifecycle";
import type { Json, JsonObject } from "../../../local/shared/json";
import { FakeClock } from "../fake-clock";

const place = { account: "000000000000", region: "eu-central-1", partition: "aws", suffix: "amazonaws.com" };

/** A database in a folder of its own, to be asked as clients ask it but without HTTP. */
export interface Database {
  readonly folder: string;
  readonly clock: FakeClock;
  readonly engine: Engine;
  /** What it told the developer. */
  readonly hints: readonly string[];
  /** Does an operation, such as `PutItem`. Throws a DynamoDbError for whatever is refused. */
  call(operation: string, input: JsonObject): Promise<JsonObject>;
  /** The refusal of an operation: its error's name and message. */
  refusal(operation: string, input: JsonObject): Promise<string>;
  close(): Promise<void>;
}

export async function openDatabase(
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "terrace-database-")),
  clock = new FakeClock(),
): Promise<Database> {
  const hints: string[] = [];
  const engine = await Engine.open({ folder, place, clock, sync: false, hint: (text) => hints.push(text) });
  resumeIndexes(engine);
  const call = async (name: string, input: JsonObject): Promise<JsonObject> => {
    const operation = services.map(({ operations }) => operations.get(name)).find((found) => found !== undefined);
    if (!operation) throw new Error(`There is no operation ${name}.`);
    // As it would be read from the answer.
    const answer: JsonObject = JSON.parse(JSON.stringify(await operation.answer(input, engine)));
    return answer;
  };
  return {
    folder,
    clock,
    engine,
    hints,
    call,
    refusal: async (name, input) => {
      try {
        await call(name, input);
        return "none";
      } catch (error) {
        if (error instanceof DynamoDbError) return `${error.type}: ${error.message}`;
        throw error;
      }
    },
    close: () => engine.close(),
  };
}

/** Makes a table of these keys, each with its type, such as `id:S`. */
export const createTable = (
  { call }: Pick<Database, "call">,
  TableName: string,
  key: readonly string[],
  indexes: { readonly [name: string]: readonly string[] } = {},
  more: JsonObject = {},
): Promise<JsonObject> => {
  const attributes = new Map(
    [key, ...Object.values(indexes)].flat().map((part) => part.split(":") as [string, string]),
  );
  const schema = (parts: readonly string[]) =>
    parts.map((part, index) => ({ AttributeName: part.split(":")[0] ?? "", KeyType: index === 0 ? "HASH" : "RANGE" }));
  return call("CreateTable", {
    TableName,
    BillingMode: "PAY_PER_REQUEST",
    KeySchema: schema(key),
    AttributeDefinitions: [...attributes].map(([AttributeName, AttributeType]) => ({ AttributeName, AttributeType })),
    ...(Object.keys(indexes).length > 0 && {
      GlobalSecondaryIndexes: Object.entries(indexes).map(([IndexName, parts]) => ({
        IndexName,
        KeySchema: schema(parts),
        Projection: { ProjectionType: "ALL" },
      })),
    }),
    ...more,
  });
};

/** A member of a member of … an answer. */
export function at(value: Json | undefined, ...keys: readonly (string | number)[]): Json | undefined {
  let found: Json | undefined = value;
  for (const key of keys) {
    if (typeof found !== "object" || found === null) return undefined;
    found = (found as { readonly [key: string]: Json })[key];
  }
  return found;
}
