import {
  type DynamoDBDocumentClient,
  QueryCommand,
  type QueryCommandInput,
  type QueryCommandOutput,
} from "@aws-sdk/lib-dynamodb";
import * as z from "zod/mini";
import type { Log } from "../log";

/** One partition of an index. */
export interface Partition {
  readonly table: string;
  readonly index: string;
  readonly key: string;
  readonly value: string;
}

/**
 * A page of DynamoDB's may be empty although more follow, so pages are read until there are enough rows, or no more;
 * but only so many of them, so that one request stays one request.
 */
const MOST_READS = 10;

/** The key of the last row that was read. The keys of all tables and indexes are strings. */
type StartKey = Readonly<Record<string, string>>;
const startKey = z.optional(z.record(z.string(), z.string()));

/** The query that reads one partition. */
export const queryOf = ({ table, index, key, value }: Partition): QueryCommandInput => ({
  TableName: table,
  IndexName: index,
  KeyConditionExpression: "#key = :value",
  ExpressionAttributeNames: { "#key": key },
  ExpressionAttributeValues: { ":value": value },
});

/**
 * Reads the newest rows of a partition of an index that is sorted by creation time, newest first. The position is
 * DynamoDB's own: rows of the same millisecond are neither skipped nor repeated.
 *
 * Rows that are not what they should be are left out and logged: one bad row must not hide the others.
 */
export async function newestRows<Row>(
  client: DynamoDBDocumentClient,
  partition: Partition,
  limit: number,
  schema: z.ZodMiniType<Row>,
  log: Log,
  from?: StartKey,
): Promise<{ readonly items: readonly Row[]; readonly next?: StartKey }> {
  const items: Row[] = [];
  let next = from;
  for (let reads = 0; reads < MOST_READS && items.length < limit; reads++) {
    const page: QueryCommandOutput = await client.send(
      new QueryCommand({
        ...queryOf(partition),
        ScanIndexForward: false,
        Limit: limit - items.length,
        ExclusiveStartKey: next,
      }),
    );
    items.push(...rowsOf(page.Items, schema, partition.table, log));
    next = startKey.parse(page.LastEvaluatedKey);
    if (!next) return { items };
  }
  return next ? { items, next } : { items };
}

/** The rows that are what they should be. The others are logged. */
export function rowsOf<Row>(
  items: readonly Record<string, unknown>[] = [],
  schema: z.ZodMiniType<Row>,
  table: string,
  log: Log,
): Row[] {
  return items.flatMap((item) => {
    const row = schema.safeParse(item);
    if (row.success) return [row.data];
    log.error("A row is not what it should be", { table, row_id: item.id, problems: row.error.issues });
    return [];
  });
}
