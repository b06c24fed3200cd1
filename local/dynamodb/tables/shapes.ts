import { describedTableName, newTableName } from "../requests/parameters";
import { flag, list, long, oneOf, required, structure, text, type ValueOf } from "../requests/shape";

// The parameters that describe tables; see
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html

const attributeName = text({ min: 1, max: 255 });
const keySchema = list(
  structure("KeySchemaElement", {
    AttributeName: required(attributeName),
    KeyType: required(oneOf("HASH", "RANGE")),
  }),
  { min: 1, max: 2 },
);
const projection = structure("Projection", {
  ProjectionType: oneOf("ALL", "INCLUDE", "KEYS_ONLY"),
  NonKeyAttributes: list(attributeName, { min: 1, max: 20 }),
});
const throughput = structure("ProvisionedThroughput", {
  ReadCapacityUnits: required(long({ min: 1 })),
  WriteCapacityUnits: required(long({ min: 1 })),
});
const onDemandThroughput = structure("OnDemandThroughput", {
  MaxReadRequestUnits: long(),
  MaxWriteRequestUnits: long(),
});

const index = {
  IndexName: required(text({ pattern: "[a-zA-Z0-9_.-]+", min: 3, max: 255 })),
  KeySchema: required(keySchema),
  Projection: required(projection),
};
const localIndex = structure("LocalSecondaryIndex", index);
const globalIndex = structure("GlobalSecondaryIndex", {
  ...index,
  ProvisionedThroughput: throughput,
  OnDemandThroughput: onDemandThroughput,
});
export type IndexRequest = ValueOf<typeof globalIndex>;

const attributeDefinition = structure("AttributeDefinition", {
  AttributeName: required(attributeName),
  AttributeType: required(oneOf("B", "N", "S")),
});
export const tag = structure("Tag", {
  Key: required(text({ min: 1, max: 128 })),
  Value: required(text({ min: 0, max: 256 })),
});

/** The settings that CreateTable and UpdateTable share. */
const settings = {
  BillingMode: oneOf("PROVISIONED", "PAY_PER_REQUEST"),
  ProvisionedThroughput: throughput,
  OnDemandThroughput: onDemandThroughput,
  SSESpecification: structure("SSESpecification", {
    Enabled: flag,
    SSEType: oneOf("AES256", "KMS"),
    KMSMasterKeyId: text(),
  }),
  StreamSpecification: structure("StreamSpecification", {
    StreamEnabled: required(flag),
    StreamViewType: oneOf("NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES", "KEYS_ONLY"),
  }),
  TableClass: oneOf("STANDARD", "STANDARD_INFREQUENT_ACCESS"),
  DeletionProtectionEnabled: flag,
};

export const createTableInput = structure("CreateTableInput", {
  AttributeDefinitions: required(list(attributeDefinition)),
  TableName: required(newTableName),
  KeySchema: required(keySchema),
  LocalSecondaryIndexes: list(localIndex),
  GlobalSecondaryIndexes: list(globalIndex),
  ...settings,
  Tags: list(tag),
});
export type CreateTableRequest = ValueOf<typeof createTableInput>;

const named = { IndexName: required(text({ pattern: "[a-zA-Z0-9_.-]+", min: 3, max: 255 })) };
export const updateTableInput = structure("UpdateTableInput", {
  AttributeDefinitions: list(attributeDefinition),
  TableName: describedTableName,
  ...settings,
  GlobalSecondaryIndexUpdates: list(
    structure("GlobalSecondaryIndexUpdate", {
      Update: structure("UpdateGlobalSecondaryIndexAction", {
        ...named,
        ProvisionedThroughput: throughput,
        OnDemandThroughput: onDemandThroughput,
      }),
      Create: structure("CreateGlobalSecondaryIndexAction", {
        ...index,
        ProvisionedThroughput: throughput,
        OnDemandThroughput: onDemandThroughput,
      }),
      Delete: structure("DeleteGlobalSecondaryIndexAction", named),
    }),
  ),
});
export type UpdateTableRequest = ValueOf<typeof updateTableInput>;
export type AttributeDefinitions = CreateTableRequest["AttributeDefinitions"];
export type KeySchemaRequest = CreateTableRequest["KeySchema"];
