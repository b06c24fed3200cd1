import type { Engine } from "../engine";
import { dynamoDbError, invalid, invalidParameters, notFound } from "../errors";
import { type Index, type KeyAttribute, keyNames, type Table } from "../schema/table";
import type { Transaction } from "../storage/writer";
import { describeTable } from "../tables/description";
import { encryptionOf, fillIndex, readStream, withoutStream, withStream } from "../tables/lifecycle";
import { type UpdateTableRequest, updateTableInput } from "../tables/shapes";
import { checkThroughput, checkUsed, readAttributes, readIndex } from "../tables/specification";
import { tableOperation } from "./operation";

type IndexUpdates = NonNullable<UpdateTableRequest["GlobalSecondaryIndexUpdates"]>;

export const updateTable = tableOperation(updateTableInput, async (request, engine) => {
  checkRequest(request);
  const viewType = readStream(request.StreamSpecification);
  const { table, created } = await engine.writer.run((transaction) => {
    let table = engine.catalog.toChange(transaction, request.TableName);
    table = withBilling(table, request, engine.clock.now());
    const indexed = withIndexUpdates(engine, transaction, table, request);
    table = indexed.table;
    if (request.StreamSpecification) {
      if (viewType && table.stream) throw invalid(`Table already has an enabled stream: TableName: ${table.name}`);
      if (!viewType && !table.stream) throw invalid(`Table has no stream to disable: TableName: ${table.name}`);
      table = viewType ? withStream(engine, transaction, table, viewType) : withoutStream(engine, transaction, table);
    }
    if (request.DeletionProtectionEnabled !== undefined)
      table = { ...table, deletionProtection: request.DeletionProtectionEnabled };
    if (request.TableClass) table = { ...table, tableClass: request.TableClass };
    if (request.OnDemandThroughput)
      table = { ...table, onDemandThroughput: { ...request.OnDemandThroughput } as never };
    if (request.SSESpecification) {
      const { encryption: _, ...rest } = table;
      table = { ...rest, ...encryptionOf(request.SSESpecification) };
    }
    engine.catalog.replace(transaction, table);
    return { table, created: indexed.created };
  });
  const TableDescription = await describeTable(engine, table, "UPDATING");
  for (const { id } of created) engine.inBackground(fillIndex(engine, table.id, table.name, id));
  return { TableDescription };
});

function checkRequest(request: UpdateTableRequest): void {
  const { BillingMode, ProvisionedThroughput, GlobalSecondaryIndexUpdates: updates = [] } = request;
  const { AttributeDefinitions: _, TableName: __, ...changes } = request;
  if (
    Object.keys(changes).length === 0 ||
    (Object.keys(changes).length === 1 && request.GlobalSecondaryIndexUpdates?.length === 0)
  )
    throw invalid(
      "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates or SSESpecification or ReplicaUpdates is required",
    );
  if (BillingMode === "PAY_PER_REQUEST" && ProvisionedThroughput)
    throw invalidParameters(
      "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST",
    );
  if (BillingMode === "PROVISIONED" && !ProvisionedThroughput)
    throw invalidParameters("ProvisionedThroughput must be specified when BillingMode is PROVISIONED");
  if (ProvisionedThroughput) checkThroughput(ProvisionedThroughput);
  checkIndexUpdates(updates);
}

function checkIndexUpdates(updates: IndexUpdates): void {
  const names = new Set<string>();
  let online = 0;
  for (const { Update, Create, Delete } of updates) {
    const name = (Update ?? Create ?? Delete)?.IndexName;
    if (name === undefined)
      throw invalidParameters(
        "One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, GlobalSecondaryIndexUpdate.Delete must not be null",
      );
    if ([Update, Create, Delete].filter((action) => action !== undefined).length > 1)
      throw invalidParameters(
        "Only one of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, GlobalSecondaryIndexUpdate.Delete may be specified",
      );
    if (names.has(name))
      throw invalidParameters(
        `Only one global secondary index update per index is allowed simultaneously. Index: ${name}`,
      );
    names.add(name);
    if (Create || Delete) online++;
  }
  if (online > 1)
    throw dynamoDbError(
      "LimitExceededException",
      "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table",
    );
}

function withBilling(
  table: Table,
  { BillingMode, ProvisionedThroughput: units }: UpdateTableRequest,
  now: number,
): Table {
  if (BillingMode === "PAY_PER_REQUEST") {
    if (table.billing.mode === BillingMode) return table;
    const none = { ReadCapacityUnits: 0, WriteCapacityUnits: 0 };
    const indexes = table.indexes.map((index) => ({ ...index, throughput: none }));
    return { ...table, billing: { mode: BillingMode, onDemandSince: now }, throughput: none, indexes };
  }
  if (!units) return table;
  if (table.billing.mode === "PAY_PER_REQUEST" && BillingMode !== "PROVISIONED")
    throw invalidParameters(
      "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST",
    );
  const { ReadCapacityUnits: read, WriteCapacityUnits: write } = table.throughput;
  if (read === units.ReadCapacityUnits && write === units.WriteCapacityUnits)
    throw invalid(
      "The provisioned throughput for the table will not change. The requested value equals the current value. " +
        `Current ReadCapacityUnits provisioned for the table: ${read}. Requested ReadCapacityUnits: ${read}. ` +
        `Current WriteCapacityUnits provisioned for the table: ${write}. Requested WriteCapacityUnits: ${write}. ` +
        "Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits.",
    );
  return { ...table, billing: { ...table.billing, mode: "PROVISIONED" }, throughput: units };
}

function withIndexUpdates(
  engine: Engine,
  transaction: Transaction,
  before: Table,
  { GlobalSecondaryIndexUpdates: updates = [], AttributeDefinitions: definitions }: UpdateTableRequest,
): { readonly table: Table; readonly created: readonly Index[] } {
  let table = before;
  const created: Index[] = [];
  const added = readAttributes(definitions ?? []);
  if (definitions) {
    checkNotRedefined(table, added);
    const names = new Set(added.map(({ name }) => name));
    table = { ...table, attributes: [...table.attributes.filter(({ name }) => !names.has(name)), ...added] };
  }
  for (const { Update, Create, Delete } of updates) {
    const name = (Update ?? Create ?? Delete)?.IndexName;
    const existing = table.indexes.find((index) => index.global && index.name === name);
    if (Create) {
      if (table.indexes.some((index) => index.name === name))
        throw invalid(`Attempting to create an index which already exists: ${name}`);
      const onDemand = table.billing.mode === "PAY_PER_REQUEST";
      const index = readIndex(Create, added, {
        id: table.nextIndexId,
        global: true,
        onDemand,
        tableKey: table.key,
      });
      const creating: Index = { ...index, status: "CREATING" };
      created.push(creating);
      table = { ...table, indexes: [...table.indexes, creating], nextIndexId: table.nextIndexId + 1 };
    } else if (!existing) throw notFound("Requested resource not found");
    else if (Delete) {
      engine.catalog.removeIndex(transaction, table, existing);
      table = withoutIndex(table, existing);
    } else if (Update?.ProvisionedThroughput) {
      const throughput = Update.ProvisionedThroughput;
      checkThroughput(throughput);
      table = {
        ...table,
        indexes: table.indexes.map((index) => (index === existing ? { ...index, throughput } : index)),
      };
    }
  }
  if (created.length > 0) checkUsed(table.attributes, table.key, table.indexes);
  return { table, created };
}

/** Checks that no attribute gets another type than it has. Throws a DynamoDbError in AWS's words. */
function checkNotRedefined(table: Table, added: readonly KeyAttribute[]): void {
  const shown = ({ name, type }: KeyAttribute) => `Schema:[SchemaElement: key{${name}:${type}:HASH}]`;
  for (const attribute of added) {
    const existing = table.attributes.find(({ name }) => name === attribute.name);
    if (existing && existing.type !== attribute.type)
      throw invalidParameters(
        "Attributes cannot be redefined. Please check that your attribute has the same type as previously defined. " +
          `Existing schema: ${shown(existing)} New schema: ${shown(attribute)}`,
      );
  }
}

/** The table without an index, and without the attributes that only its key had. */
function withoutIndex(table: Table, gone: Index): Table {
  const indexes = table.indexes.filter((index) => index !== gone);
  const used = new Set([table.key, ...indexes.map(({ key }) => key)].flatMap(keyNames));
  return { ...table, indexes, attributes: table.attributes.filter(({ name }) => used.has(name)) };
}
