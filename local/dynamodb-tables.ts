import type { KeySchema, TableDefinition } from "./definition/model";
import { DynamoDbError } from "./dynamodb-operations";
import type { DynamoDbStore } from "./dynamodb-store";
import { StartError } from "./shared/errors";
import { type Json, type JsonObject, member } from "./shared/json";

/**
 * Makes the tables of the definition, unless they are there. Throws a StartError if one is there with other keys or
 * indexes: its items stay as they are until the developer decides.
 */
export async function createTables(store: DynamoDbStore, tables: readonly TableDefinition[], folder: string) {
  await Promise.all(
    tables.map(async (table) => {
      const wanted = tableInput(table);
      const found = (await describe(store, table.name)) ?? (await create(store, wanted, table.name));
      const difference = differences(found, wanted);
      if (difference !== undefined)
        throw new StartError(
          `The table ${table.name} in ${folder} is not the one of the definition: ${difference}. ` +
            "Undo that change, or delete that folder, with everything in it, to start with empty tables.",
        );
    }),
  );
}

/** A table as CreateTable takes it. */
function tableInput({ name, key, attributes, indexes }: TableDefinition): JsonObject {
  return {
    TableName: name,
    BillingMode: "PAY_PER_REQUEST",
    KeySchema: keySchema(key),
    AttributeDefinitions: Object.entries(attributes).map(([AttributeName, AttributeType]) => ({
      AttributeName,
      AttributeType,
    })),
    ...(indexes.length > 0 && {
      GlobalSecondaryIndexes: indexes.map((index) => ({
        IndexName: index.name,
        KeySchema: keySchema(index.key),
        Projection: {
          ProjectionType: index.projection,
          ...(index.nonKeyAttributes.length > 0 && { NonKeyAttributes: index.nonKeyAttributes }),
        },
      })),
    }),
  };
}

function keySchema({ hash, range }: KeySchema) {
  const schema = [{ AttributeName: hash, KeyType: "HASH" }];
  if (range !== undefined) schema.push({ AttributeName: range, KeyType: "RANGE" });
  return schema;
}

async function describe(store: DynamoDbStore, TableName: string): Promise<JsonObject | undefined> {
  try {
    const { Table } = await store.call("DescribeTable", { TableName });
    return Table !== undefined ? { Table } : undefined;
  } catch (error) {
    if (error instanceof DynamoDbError) return undefined;
    throw error;
  }
}

async function create(store: DynamoDbStore, wanted: JsonObject, name: string): Promise<JsonObject> {
  await store.call("CreateTable", wanted);
  for (;;) {
    const table = await describe(store, name);
    // dynalite activates a new table in a timer of its own.
    if (table && member(table.Table, "TableStatus") === "ACTIVE") return table;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** What differs between a table that is there and the one that is wanted, in words. */
function differences({ Table: found = null }: JsonObject, wanted: JsonObject): string | undefined {
  const compare = (what: string, is: string, should: string) =>
    is === should ? [] : [`${what} is ${is}, not ${should}`];
  const named = (table: Json) =>
    new Map(list(member(table, "GlobalSecondaryIndexes")).map((index) => [String(member(index, "IndexName")), index]));
  const [indexes, wantedIndexes] = [named(found), named(wanted)];
  return (
    [
      ...compare("its key", keyText(found, found), keyText(wanted, wanted)),
      ...[...new Set([...indexes.keys(), ...wantedIndexes.keys()])].flatMap((name) =>
        compare(`its index ${name}`, indexText(indexes.get(name), found), indexText(wantedIndexes.get(name), wanted)),
      ),
    ].join("; ") || undefined
  );
}

const list = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? value : []);

/** Such as `post_id (S), created_at (S)`. */
function keyText(holder: Json, table: Json): string {
  const types = new Map(
    list(member(table, "AttributeDefinitions")).map((attribute) => [
      member(attribute, "AttributeName"),
      member(attribute, "AttributeType"),
    ]),
  );
  return list(member(holder, "KeySchema"))
    .map((key) => `${member(key, "AttributeName")} (${types.get(member(key, "AttributeName"))})`)
    .join(", ");
}

function indexText(index: Json | undefined, table: Json): string {
  if (index === undefined) return "missing";
  const projection = member(index, "Projection");
  const attributes = list(member(projection, "NonKeyAttributes")).map(String).sort().join(" ");
  return `${keyText(index, table)} with ${member(projection, "ProjectionType")} ${attributes}`.trim();
}
