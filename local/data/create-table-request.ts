import type { Index, Table } from "../dynamodb/schema/table";
import { describeKey } from "../dynamodb/tables/description";
import type { CreateTableRequest } from "../dynamodb/tables/shapes";

/** Returns the request that makes a table like this one, without its items. The new table has a new id and stream. */
export function createTableRequest(table: Table): CreateTableRequest {
  const { name, key, attributes, indexes, billing, throughput, stream, encryption, onDemandThroughput } = table;
  const provisioned = billing.mode === "PROVISIONED";
  const request = (index: Index) => ({
    IndexName: index.name,
    KeySchema: describeKey(index.key) as CreateTableRequest["KeySchema"],
    Projection: {
      ProjectionType: index.projection,
      ...(index.nonKeyAttributes.length > 0 && { NonKeyAttributes: index.nonKeyAttributes }),
    },
    ...(index.global && provisioned && { ProvisionedThroughput: index.throughput }),
  });
  const [global, local] = [true, false].map((which) => indexes.filter((index) => index.global === which).map(request));
  const tags = Object.entries(table.tags).map(([Key, Value]) => ({ Key, Value }));
  return {
    TableName: name,
    AttributeDefinitions: attributes.map((part) => ({ AttributeName: part.name, AttributeType: part.type })),
    KeySchema: describeKey(key) as CreateTableRequest["KeySchema"],
    BillingMode: billing.mode,
    ...(provisioned && { ProvisionedThroughput: throughput }),
    ...(onDemandThroughput && { OnDemandThroughput: onDemandThroughput as CreateTableRequest["OnDemandThroughput"] }),
    ...(global?.length && { GlobalSecondaryIndexes: global }),
    ...(local?.length && { LocalSecondaryIndexes: local }),
    ...(stream && { StreamSpecification: { StreamEnabled: true, StreamViewType: stream.viewType } }),
    ...(encryption && {
      SSESpecification: {
        Enabled: true,
        SSEType: "KMS" as const,
        ...(typeof encryption.KMSMasterKeyArn === "string" && { KMSMasterKeyId: encryption.KMSMasterKeyArn }),
      },
    }),
    ...(table.tableClass && { TableClass: table.tableClass as "STANDARD" }),
    ...(table.deletionProtection && { DeletionProtectionEnabled: true }),
    ...(tags.length > 0 && { Tags: tags }),
  };
}
