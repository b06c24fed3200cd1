import { describeContinuousBackups, describeEndpoints, describeLimits, updateContinuousBackups } from "./account";
import { batchGetItem } from "./batch-get-item";
import { batchWriteItem } from "./batch-write-item";
import { createTable } from "./create-table";
import { deleteItem } from "./delete-item";
import { getItem } from "./get-item";
import type { Operation } from "./operation";
import { putItem } from "./put-item";
import { query } from "./query";
import { scan } from "./scan";
import { describeStream, getRecords, getShardIterator, listStreams } from "./streams";
import { deleteTable, describeTable, listTables } from "./tables";
import { listTagsOfResource, tagResource, untagResource } from "./tags";
import { describeTimeToLive, updateTimeToLive } from "./time-to-live";
import { transactGetItems } from "./transact-get-items";
import { transactWriteItems } from "./transact-write-items";
import { updateItem } from "./update-item";
import { updateTable } from "./update-table";

/** A service's name in requests, and its operations by name. */
export interface Service {
  readonly target: string;
  readonly operations: ReadonlyMap<string, Operation>;
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Operations_Amazon_DynamoDB.html */
const dynamoDb: Service = {
  target: "DynamoDB_20120810",
  operations: new Map(
    Object.entries({
      BatchGetItem: batchGetItem,
      BatchWriteItem: batchWriteItem,
      CreateTable: createTable,
      DeleteItem: deleteItem,
      DeleteTable: deleteTable,
      DescribeContinuousBackups: describeContinuousBackups,
      DescribeEndpoints: describeEndpoints,
      DescribeLimits: describeLimits,
      DescribeTable: describeTable,
      DescribeTimeToLive: describeTimeToLive,
      GetItem: getItem,
      ListTables: listTables,
      ListTagsOfResource: listTagsOfResource,
      PutItem: putItem,
      Query: query,
      Scan: scan,
      TagResource: tagResource,
      TransactGetItems: transactGetItems,
      TransactWriteItems: transactWriteItems,
      UntagResource: untagResource,
      UpdateContinuousBackups: updateContinuousBackups,
      UpdateItem: updateItem,
      UpdateTable: updateTable,
      UpdateTimeToLive: updateTimeToLive,
    }),
  ),
};

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Operations_Amazon_DynamoDB_Streams.html */
const dynamoDbStreams: Service = {
  target: "DynamoDBStreams_20120810",
  operations: new Map(
    Object.entries({
      DescribeStream: describeStream,
      GetRecords: getRecords,
      GetShardIterator: getShardIterator,
      ListStreams: listStreams,
    }),
  ),
};

export const services: readonly Service[] = [dynamoDb, dynamoDbStreams];
