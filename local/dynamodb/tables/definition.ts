import type { KeySchema as DefinedKey, IndexDefinition, TableDefinition } from "../../definition/model";
import { StartError } from "../../shared/errors";
import type { Engine } from "../engine";
import type { Index, KeySchema, KeyType, Table } from "../schema/table";
import { createTable, withoutStream, withStream } from "./lifecycle";
import type { CreateTableRequest } from "./shapes";

/**
 * Makes the tables of the definition, unless they are there. Throws a StartError if one is there with other keys or
 * indexes: its items stay as they are until the developer decides. Time to live and streams are made as defined.
 */
export async function createTables(engine: Engine, tables: readonly TableDefinition[], folder: string): Promise<void> {
  await Promise.all(
    tables.map(async (definition) => {
      const wanted = request(definition);
      const found = engine.catalog.find(definition.name) ?? (await createTable(engine, wanted));
      const difference = differences(found, definition);
      if (difference !== undefined)
        throw new StartError(
          `The table ${definition.name} in ${folder} is not the one of the definition: ${difference}. ` +
            "Undo that change, or delete that folder, with everything in it, to start with empty tables.",
        );
      await adapt(engine, found, definition);
    }),
  );
}

/** A table as CreateTable takes it. */
function request({ name, key, attributes, indexes }: TableDefinition): CreateTableRequest {
  return {
    TableName: name,
    BillingMode: "PAY_PER_REQUEST",
    KeySchema: keySchema(key),
    AttributeDefinitions: Object.entries(attributes).map(([AttributeName, type]) => ({
      AttributeName,
      AttributeType: type as KeyType,
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

function keySchema({ hash, range }: DefinedKey): CreateTableRequest["KeySchema"] {
  const first = { AttributeName: hash, KeyType: "HASH" } as const;
  return range === undefined ? [first] : [first, { AttributeName: range, KeyType: "RANGE" }];
}

/** Changes what a table may change without touching its items. */
async function adapt(engine: Engine, found: Table, { timeToLive, stream }: TableDefinition): Promise<void> {
  if (found.timeToLive === timeToLive && found.stream?.viewType === stream) return;
  await engine.writer.run((transaction) => {
    const { timeToLive: _, ...rest } = engine.catalog.toChange(transaction, found.name);
    let table: Table = timeToLive === undefined ? rest : { ...rest, timeToLive };
    if (table.stream?.viewType !== stream) {
      table = withoutStream(engine, transaction, table);
      if (stream) table = withStream(engine, transaction, table, stream);
    }
    engine.catalog.replace(transaction, table);
  });
}

/** Says in words how a table that is there differs from the one that is wanted. */
function differences(found: Table, wanted: TableDefinition): string | undefined {
  const compare = (what: string, is: string, should: string) =>
    is === should ? [] : [`${what} is ${is}, not ${should}`];
  const indexes = new Map(found.indexes.map((index) => [index.name, index]));
  const wantedIndexes = new Map(wanted.indexes.map((index) => [index.name, index]));
  return (
    [
      ...compare("its key", keyText(found.key), wantedKeyText(wanted.key, wanted)),
      ...[...new Set([...indexes.keys(), ...wantedIndexes.keys()])].flatMap((name) =>
        compare(`its index ${name}`, indexText(indexes.get(name)), wantedIndexText(wantedIndexes.get(name), wanted)),
      ),
    ].join("; ") || undefined
  );
}

/** Describes a key, such as `post_id (S), created_at (S)`. */
const keyText = ({ hash, range }: KeySchema) =>
  [hash, ...(range ? [range] : [])].map(({ name, type }) => `${name} (${type})`).join(", ");

const wantedKeyText = ({ hash, range }: DefinedKey, { attributes }: TableDefinition) =>
  [hash, ...(range === undefined ? [] : [range])].map((name) => `${name} (${attributes[name]})`).join(", ");

const indexText = (index: Index | undefined) =>
  index ? projectionText(keyText(index.key), index.projection, index.nonKeyAttributes) : "missing";

const wantedIndexText = (index: IndexDefinition | undefined, table: TableDefinition) =>
  index ? projectionText(wantedKeyText(index.key, table), index.projection, index.nonKeyAttributes) : "missing";

const projectionText = (key: string, projection: string, attributes: readonly string[]) =>
  `${key} with ${projection} ${[...attributes].sort().join(" ")}`.trim();
