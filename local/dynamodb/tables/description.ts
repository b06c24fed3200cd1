import type { Engine } from "../engine";
import type { Index, KeySchema, Table, Throughput } from "../schema/table";
import { entriesPrefix, itemsPrefix, rangeOf } from "../storage/keys";
import type { Item } from "../values/attribute-value";
import { itemSize } from "../values/size";

type Status = "CREATING" | "UPDATING" | "DELETING" | "ACTIVE";

/** Describes a table as the API does, with the items and bytes it has. */
export async function describeTable(engine: Engine, table: Table, status: Status = "ACTIVE") {
  const { items, bytes } = status === "CREATING" ? { items: 0, bytes: 0 } : await counted(engine, itemsPrefix(table));
  const described = await Promise.all(
    table.indexes.map(async (index) => ({ index, text: await describeIndex(engine, table, index, status) })),
  );
  const indexes = (global: boolean) => {
    const found = described.filter(({ index }) => index.global === global).map(({ text }) => text);
    return found.length > 0 ? found : undefined;
  };
  const { billing, stream, encryption } = table;
  return {
    TableName: table.name,
    TableArn: table.arn,
    TableId: table.uuid,
    TableStatus:
      status === "ACTIVE" && table.indexes.some((index) => index.status === "CREATING") ? "UPDATING" : status,
    CreationDateTime: table.createdAt / 1000,
    KeySchema: describeKey(table.key),
    AttributeDefinitions: table.attributes.map(({ name, type }) => ({ AttributeName: name, AttributeType: type })),
    ItemCount: items,
    TableSizeBytes: bytes,
    ProvisionedThroughput: describeThroughput(table.throughput),
    BillingModeSummary:
      billing.onDemandSince === undefined
        ? undefined
        : { BillingMode: billing.mode, LastUpdateToPayPerRequestDateTime: billing.onDemandSince / 1000 },
    OnDemandThroughput: table.onDemandThroughput,
    TableThroughputModeSummary:
      billing.mode === "PAY_PER_REQUEST" ? { TableThroughputMode: "PAY_PER_REQUEST" } : undefined,
    GlobalSecondaryIndexes: indexes(true),
    LocalSecondaryIndexes: indexes(false),
    StreamSpecification: stream && { StreamEnabled: true, StreamViewType: stream.viewType },
    LatestStreamLabel: table.lastStreamLabel,
    LatestStreamArn: table.lastStreamLabel === undefined ? undefined : `${table.arn}/stream/${table.lastStreamLabel}`,
    SSEDescription: encryption,
    TableClassSummary: table.tableClass === undefined ? undefined : { TableClass: table.tableClass },
    DeletionProtectionEnabled: table.deletionProtection,
    WarmThroughput: { ReadUnitsPerSecond: 12000, WriteUnitsPerSecond: 4000, Status: "ACTIVE" },
  };
}

async function describeIndex(engine: Engine, table: Table, index: Index, status: Status) {
  const { items, bytes } =
    status === "CREATING" ? { items: 0, bytes: 0 } : await counted(engine, entriesPrefix(table, index));
  const { name, key, projection, nonKeyAttributes, global } = index;
  return {
    IndexName: name,
    IndexArn: `${table.arn}/index/${name}`,
    KeySchema: describeKey(key),
    Projection: {
      ProjectionType: projection,
      NonKeyAttributes: nonKeyAttributes.length > 0 ? nonKeyAttributes : undefined,
    },
    ItemCount: items,
    IndexSizeBytes: bytes,
    ...(global && {
      IndexStatus: status === "ACTIVE" || status === "UPDATING" ? index.status : status,
      Backfilling: index.status === "CREATING" ? true : undefined,
      ProvisionedThroughput: describeThroughput(index.throughput),
    }),
  };
}

export function describeKey({ hash, range }: KeySchema) {
  const schema = [{ AttributeName: hash.name, KeyType: "HASH" }];
  if (range) schema.push({ AttributeName: range.name, KeyType: "RANGE" });
  return schema;
}

const describeThroughput = (units: Throughput) => ({ NumberOfDecreasesToday: 0, ...units });

/** AWS counts every few hours; here it is counted when somebody asks. */
async function counted(engine: Engine, prefix: string): Promise<{ items: number; bytes: number }> {
  let [items, bytes] = [0, 0];
  for await (const [, value] of engine.store.entries(rangeOf(prefix))) {
    items++;
    bytes += itemSize(JSON.parse(value) as Item);
  }
  return { items, bytes };
}
