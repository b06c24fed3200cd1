import fs from "node:fs";
import { z } from "zod";
import { DynamoDbError } from "../../../../../local/dynamodb/errors";
import type { JsonObject } from "../../../../../local/shared/json";
import { createTable, type Database, openDatabase } from "../../../../local/dynamodb/database";
import type { States } from "./states";

const tableSchema = z.looseObject({
  name: z.string(),
  hash_key: z.string(),
  range_key: z.string().nullish(),
  attribute: z.array(z.looseObject({ name: z.string(), type: z.string() })),
  global_secondary_index: z
    .array(z.looseObject({ name: z.string(), hash_key: z.string(), range_key: z.string().nullish() }))
    .default([]),
  ttl: z.array(z.looseObject({ attribute_name: z.string().nullish(), enabled: z.boolean().nullish() })).default([]),
});

/** DynamoDB of every region, on the local cloud's database: the tables are those that Terraform's states say are there. */
export class Tables {
  private readonly databases = new Map<string, Database>();

  constructor(private readonly states: States) {}

  /** Does an operation. @throws DynamoDbError for whatever is refused */
  async call(region: string, operation: string, input: JsonObject): Promise<JsonObject> {
    const database = this.databases.get(region) ?? (await openDatabase());
    this.databases.set(region, database);
    await this.makeTables(region, database);
    return database.call(operation, input);
  }

  /** Closes and removes the data. */
  async close(): Promise<void> {
    for (const database of this.databases.values()) {
      await database.close();
      fs.rmSync(database.folder, { recursive: true });
    }
  }

  private async makeTables(region: string, database: Database): Promise<void> {
    const wanted = this.states.of("aws_dynamodb_table", region).map(({ attributes }) => tableSchema.parse(attributes));
    const { TableNames: present } = (await database.call("ListTables", {})) as { readonly TableNames: string[] };
    for (const name of present)
      if (!wanted.some((table) => table.name === name)) await database.call("DeleteTable", { TableName: name });
    for (const table of wanted) if (!present.includes(table.name)) await make(database, table);
  }
}

async function make(database: Database, table: z.output<typeof tableSchema>): Promise<void> {
  const typed = (...keys: readonly (string | null | undefined)[]) =>
    keys.flatMap((key) => (key ? `${key}:${table.attribute.find(({ name }) => name === key)?.type}` : []));
  const indexes = table.global_secondary_index.map(({ name, hash_key, range_key }) => [
    name,
    typed(hash_key, range_key),
  ]);
  await createTable(database, table.name, typed(table.hash_key, table.range_key), Object.fromEntries(indexes));
  const [{ attribute_name: AttributeName, enabled } = {}] = table.ttl;
  if (!AttributeName || enabled !== true) return;
  const TimeToLiveSpecification = { AttributeName, Enabled: true };
  await database.call("UpdateTimeToLive", { TableName: table.name, TimeToLiveSpecification });
}

/** Returns how DynamoDB says an error; whatever else was thrown is thrown on. */
export function refusalOf(error: unknown): { readonly type: string; readonly message: string } {
  if (error instanceof DynamoDbError) return { type: error.type, message: error.message };
  throw error;
}
