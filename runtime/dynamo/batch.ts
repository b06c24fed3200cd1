import { setTimeout as wait } from "node:timers/promises";
import {
  BatchGetCommand,
  BatchWriteCommand,
  type BatchWriteCommandInput,
  type DynamoDBDocumentClient,
  paginateQuery,
} from "@aws-sdk/lib-dynamodb";
import { Overloaded } from "../errors";
import { type Partition, queryOf } from "./query";
import { RETRY_CEILINGS } from "./writes";

/** The most items that one BatchWriteItem takes: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html */
const BATCH = 25;

type Item = Record<string, unknown>;

/**
 * Reads the items that have the keys, as far as they are there, in any order. The read is consistent.
 *
 * @param keys at most 100: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html
 * @throws Overloaded
 */
export async function readItems(
  client: DynamoDBDocumentClient,
  table: string,
  keys: readonly Item[],
): Promise<readonly Item[]> {
  const items: Item[] = [];
  await untilProcessed(keys, async (Keys) => {
    const command = new BatchGetCommand({ RequestItems: { [table]: { Keys: [...Keys], ConsistentRead: true } } });
    const { Responses, UnprocessedKeys } = await client.send(command);
    items.push(...(Responses?.[table] ?? []));
    return UnprocessedKeys?.[table]?.Keys ?? [];
  });
  return items;
}

/** Removes all items of a partition of an index, page by page. Nothing is lost if it stops half way. */
export async function* removeItems(client: DynamoDBDocumentClient, partition: Partition): AsyncGenerator<void> {
  const input = { ...queryOf(partition), ProjectionExpression: partition.itemKey.join(", "), Limit: 4 * BATCH };
  for await (const { Items: keys = [] } of paginateQuery({ client }, input)) {
    const batches = [];
    for (let first = 0; first < keys.length; first += BATCH) batches.push(keys.slice(first, first + BATCH));
    await Promise.all(batches.map((batch) => removeBatch(client, partition.table, batch)));
    yield;
  }
}

type Requests = NonNullable<BatchWriteCommandInput["RequestItems"]>[string];

/** @throws Overloaded */
async function removeBatch(client: DynamoDBDocumentClient, table: string, keys: readonly Item[]): Promise<void> {
  const requests: Requests = keys.map((Key) => ({ DeleteRequest: { Key } }));
  await untilProcessed(requests, async (some) => {
    const { UnprocessedItems } = await client.send(new BatchWriteCommand({ RequestItems: { [table]: [...some] } }));
    return UnprocessedItems?.[table] ?? [];
  });
}

/**
 * Does in several attempts what DynamoDB does not do at once.
 *
 * @param attempt does some of the work, and returns what is left of it
 * @throws Overloaded if something is left again and again
 */
async function untilProcessed<Work>(
  work: readonly Work[],
  attempt: (work: readonly Work[]) => Promise<readonly Work[]>,
): Promise<void> {
  if (work.length === 0) return;
  let left = await attempt(work);
  for (const ceiling of RETRY_CEILINGS) {
    if (left.length === 0) return;
    await wait(Math.random() * ceiling);
    left = await attempt(left);
  }
  if (left.length > 0) throw new Overloaded(`DynamoDB leaves ${left.length} of ${work.length} undone.`);
}
