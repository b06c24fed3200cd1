import { setTimeout as wait } from "node:timers/promises";
import {
  BatchWriteCommand,
  type BatchWriteCommandInput,
  type DynamoDBDocumentClient,
  QueryCommand,
  type QueryCommandOutput,
  TransactWriteCommand,
  type TransactWriteCommandInput,
} from "@aws-sdk/lib-dynamodb";
import { conditionFailuresOf, isConditionFailure, isContended, Overloaded } from "../aws-errors";
import { type Partition, queryOf } from "./query";

/** The longest wait before each retry, in milliseconds. The wait is random, so that rivals do not meet again. */
const RETRY_CEILINGS = [25, 50, 100, 200, 400];

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html */
const BATCH = 25;

/** Does the work again a few times if it meets another write to the same item, which the SDK leaves to its caller. */
async function untilUncontended<Result>(work: () => Promise<Result>): Promise<Result> {
  for (const ceiling of RETRY_CEILINGS) {
    try {
      return await work();
    } catch (error) {
      if (!isContended(error)) throw error;
    }
    await wait(Math.random() * ceiling);
  }
  return work();
}

/** Does a conditional write. @returns what it answers; undefined if the condition does not hold */
export async function writeIf<Answer>(write: () => Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await untilUncontended(write);
  } catch (error) {
    if (!isConditionFailure(error)) throw error;
    return undefined;
  }
}

/**
 * Writes all of the items or none.
 *
 * @returns the places of the items whose condition does not hold; none if everything is written
 */
export async function writeTogether(
  client: DynamoDBDocumentClient,
  items: NonNullable<TransactWriteCommandInput["TransactItems"]>,
): Promise<ReadonlySet<number>> {
  return untilUncontended(async () => {
    try {
      await client.send(new TransactWriteCommand({ TransactItems: items }));
      return new Set();
    } catch (error) {
      const failures = conditionFailuresOf(error);
      if (!failures) throw error;
      return failures;
    }
  });
}

/** Removes all rows of a partition of an index, page by page. Nothing is lost if it stops half way. */
export async function* removeRows(
  client: DynamoDBDocumentClient,
  partition: Partition,
  keyNames: readonly string[],
): AsyncGenerator<void> {
  let start: QueryCommandOutput["LastEvaluatedKey"];
  do {
    const page: QueryCommandOutput = await client.send(
      new QueryCommand({
        ...queryOf(partition),
        ProjectionExpression: keyNames.join(", "),
        Limit: 4 * BATCH,
        ExclusiveStartKey: start,
      }),
    );
    const keys = page.Items ?? [];
    const batches = [];
    for (let first = 0; first < keys.length; first += BATCH) batches.push(keys.slice(first, first + BATCH));
    await Promise.all(batches.map((batch) => removeBatch(client, partition.table, batch)));
    yield;
    start = page.LastEvaluatedKey;
  } while (start);
}

/** @throws Overloaded */
async function removeBatch(
  client: DynamoDBDocumentClient,
  table: string,
  keys: readonly Record<string, unknown>[],
): Promise<void> {
  const requests: Requests = keys.map((Key) => ({ DeleteRequest: { Key } }));
  await untilProcessed(requests, async (some) => {
    const { UnprocessedItems } = await client.send(new BatchWriteCommand({ RequestItems: { [table]: some } }));
    return UnprocessedItems?.[table] ?? [];
  });
}

type Requests = NonNullable<BatchWriteCommandInput["RequestItems"]>[string];

/**
 * Does in several attempts what DynamoDB does not do at once.
 *
 * @param attempt does some of the work, and returns what is left of it
 * @throws Overloaded if something is left again and again
 */
export async function untilProcessed<Work>(work: Work[], attempt: (work: Work[]) => Promise<Work[]>): Promise<void> {
  let left = await attempt(work);
  for (const ceiling of RETRY_CEILINGS) {
    if (left.length === 0) return;
    await wait(Math.random() * ceiling);
    left = await attempt(left);
  }
  if (left.length > 0) throw new Overloaded(`DynamoDB leaves ${left.length} of ${work.length} undone`);
}
