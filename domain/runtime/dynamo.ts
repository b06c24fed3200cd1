import { type DynamoDBDocumentClient, QueryCommand, type QueryCommandOutput } from "@aws-sdk/lib-dynamodb";
import type * as z from "zod/mini";
import type { Log } from "./logging";

/** What the stores on DynamoDB share. */

export const options = (signal: AbortSignal | undefined) => (signal ? { abortSignal: signal } : {});

/** One partition of an index that is sorted by creation time. */
export interface Partition {
  readonly table: string;
  readonly index: string;
  readonly key: string;
  readonly value: string;
}

/**
 * Reads the newest rows of a partition, newest first. Rows that are not what they should be are left out and logged:
 * one bad row must not hide the others.
 *
 * A page of DynamoDB's may be empty although more follow, so pages are read until there are enough rows or no more.
 */
export async function newestRows<Row>(
  client: DynamoDBDocumentClient,
  { table, index, key, value }: Partition,
  limit: number,
  schema: z.ZodMiniType<Row>,
  log: Log,
): Promise<Row[]> {
  const rows: Row[] = [];
  let start: QueryCommandOutput["LastEvaluatedKey"];
  do {
    const page: QueryCommandOutput = await client.send(
      new QueryCommand({
        TableName: table,
        IndexName: index,
        KeyConditionExpression: "#key = :value",
        ExpressionAttributeNames: { "#key": key },
        ExpressionAttributeValues: { ":value": value },
        ScanIndexForward: false,
        Limit: limit - rows.length,
        ExclusiveStartKey: start,
      }),
    );
    for (const item of page.Items ?? []) {
      const row = schema.safeParse(item);
      if (row.success) rows.push(row.data);
      else log.error("A row is not what it should be", { table, row_id: item.id, problems: row.error.issues });
    }
    start = page.LastEvaluatedKey;
  } while (start && rows.length < limit);
  return rows;
}
