import { randomUUID } from "node:crypto";
import type { Engine } from "../engine";
import { dynamoDbError, invalid, invalidParameters } from "../errors";
import type { Table, ViewType } from "../schema/table";
import { itemsPrefix, rangeOf } from "../storage/keys";
import type { Transaction } from "../storage/writer";
import type { Item } from "../values/attribute-value";
import { addEntry } from "../writing/item-writer";
import type { CreateTableRequest } from "./shapes";
import { readBilling, readSpecification } from "./specification";
import { withTags } from "./tags";

/** The number of items that one commit puts into a new index. */
const BATCH = 100;

/** Makes a table. Throws a DynamoDbError, in AWS's words, if it cannot be as it is asked for, or is there. */
export async function createTable(engine: Engine, request: CreateTableRequest): Promise<Table> {
  const { TableName: name } = request;
  const { mode, throughput } = readBilling(request);
  const specification = readSpecification(request);
  const viewType = readStream(request.StreamSpecification);
  const tags = withTags(new Map(), request.Tags ?? []);
  const { partition, region, account } = engine.place;
  const now = engine.clock.now();
  return engine.writer.run((transaction) => {
    const table: Table = {
      id: engine.catalog.newId(transaction),
      uuid: randomUUID(),
      name,
      arn: `arn:${partition}:dynamodb:${region}:${account}:table/${name}`,
      createdAt: now,
      ...specification,
      nextIndexId: specification.indexes.length + 1,
      billing: mode === "PAY_PER_REQUEST" ? { mode, onDemandSince: now } : { mode },
      throughput,
      tags: Object.fromEntries(tags),
      deletionProtection: request.DeletionProtectionEnabled ?? false,
      ...(request.TableClass && { tableClass: request.TableClass }),
      ...encryptionOf(request.SSESpecification),
      ...(request.OnDemandThroughput && { onDemandThroughput: { ...request.OnDemandThroughput } as never }),
    };
    const streamed = viewType ? withStream(engine, transaction, table, viewType) : table;
    engine.catalog.add(transaction, streamed);
    return streamed;
  });
}

/** Makes the description of a table's own encryption; keys of AWS need no mention. */
export function encryptionOf(given: CreateTableRequest["SSESpecification"]): Pick<Table, "encryption"> {
  if (!given?.Enabled) return {};
  const key = given.KMSMasterKeyId;
  return { encryption: { Status: "ENABLED", SSEType: "KMS", ...(key !== undefined && { KMSMasterKeyArn: key }) } };
}

/** The view type of the stream that is asked for; undefined for none. Throws a DynamoDbError if it contradicts itself. */
export function readStream(given: CreateTableRequest["StreamSpecification"]): ViewType | undefined {
  if (!given) return undefined;
  const { StreamEnabled, StreamViewType } = given;
  if (StreamEnabled && !StreamViewType)
    throw invalidParameters("StreamSpecification.StreamViewType is required when StreamEnabled is true");
  if (!StreamEnabled && StreamViewType)
    throw invalidParameters("StreamViewType cannot be specified when StreamEnabled is false");
  return StreamEnabled ? StreamViewType : undefined;
}

/** The table with a new stream. */
export function withStream(engine: Engine, transaction: Transaction, table: Table, viewType: ViewType): Table {
  const stream = engine.streams.open(transaction, engine.catalog, table, viewType);
  return { ...table, stream, lastStreamLabel: stream.label };
}

/** The table without its stream, which can still be read. */
export function withoutStream(engine: Engine, transaction: Transaction, table: Table): Table {
  engine.streams.close(transaction, table);
  const { stream: _, ...rest } = table;
  return rest;
}

/** Deletes a table with everything in it. Throws a DynamoDbError if it is protected or not there. */
export function deleteTable(engine: Engine, name: string): Promise<Table> {
  return engine.writer.run((transaction) => {
    const table = engine.catalog.toChange(transaction, name);
    if (table.deletionProtection)
      throw invalid(
        `Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.`,
      );
    if (table.indexes.some(({ status }) => status === "CREATING"))
      throw dynamoDbError(
        "ResourceInUseException",
        `Attempt to change a resource which is still in use: Table: ${table.name} is being updated`,
      );
    engine.streams.close(transaction, table);
    engine.catalog.remove(transaction, table);
    return table;
  });
}

/** Goes on filling the indexes that an earlier run of the database left unfinished. */
export function resumeIndexes(engine: Engine): void {
  for (const { id, name, indexes } of engine.catalog.all())
    for (const index of indexes)
      if (index.status === "CREATING") engine.inBackground(fillIndex(engine, id, name, index.id));
}

/**
 * Puts every item that was there before an index into it. Writes keep the index up to date from the moment it was
 * added; so every item is looked at once more, as it is now, and no write waits.
 */
export async function fillIndex(engine: Engine, tableId: number, tableName: string, indexId: number): Promise<void> {
  const current = (transaction: Transaction) => {
    const table = engine.catalog.find(tableName) && engine.catalog.toChange(transaction, tableName);
    const index = table?.id === tableId ? table.indexes.find(({ id }) => id === indexId) : undefined;
    return table && index ? { table, index } : undefined;
  };
  const fill = (keys: readonly string[]) =>
    engine.writer.run((transaction) => {
      const found = current(transaction);
      for (const key of found ? keys : []) {
        const text = transaction.get(key);
        if (found && text !== undefined) addEntry(transaction, found.table, found.index, JSON.parse(text) as Item);
      }
    });
  const table = engine.catalog.find(tableName);
  if (!table) return;
  let keys: string[] = [];
  for await (const [key] of engine.store.entries(rangeOf(itemsPrefix(table)))) {
    keys.push(key);
    if (keys.length < BATCH) continue;
    await fill(keys);
    keys = [];
  }
  await fill(keys);
  await engine.writer.run((transaction) => {
    const found = current(transaction);
    if (!found) return;
    const indexes = found.table.indexes.map((index) =>
      index.id === indexId ? { ...index, status: "ACTIVE" as const } : index,
    );
    engine.catalog.replace(transaction, { ...found.table, indexes });
  });
}
