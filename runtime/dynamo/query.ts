import {
  type DynamoDBDocumentClient,
  QueryCommand,
  type QueryCommandInput,
  type QueryCommandOutput,
} from "@aws-sdk/lib-dynamodb";
import * as z from "zod/mini";
import type { Log } from "../log";
import { type Key, namesIn, type TableDefinition } from "./table";

/** The items of an index that have one value of its hash key. */
export interface Partition {
  readonly table: string;
  readonly index: string;
  readonly indexKey: Key;
  readonly value: string;
  /** The names of the attributes of the table's own key. */
  readonly itemKey: readonly string[];
}

type Indexed = TableDefinition & Required<Pick<TableDefinition, "indexes">>;

/**
 * Names a partition of one of a table's indexes. An index that the table does not have does not compile.
 *
 * @param table the physical name of the table
 * @param value the value of the index's hash key
 */
export function partitionOf<Table extends Indexed>(
  definition: Table,
  index: keyof Table["indexes"] & string,
  table: string,
  value: string,
): Partition {
  const indexKey = definition.indexes[index];
  if (!indexKey) throw new Error(`The table ${definition.name} has no index ${index}.`);
  return { table, index, indexKey, value, itemKey: namesIn(definition) };
}

/**
 * Builds the query that reads a partition.
 *
 * @param before leaves out items whose range key is not less than this
 */
export function queryOf({ table, index, indexKey, value }: Partition, before?: string): QueryCommandInput {
  const { hashKey, rangeKey } = indexKey;
  return {
    TableName: table,
    IndexName: index,
    KeyConditionExpression: `#hash = :value${before === undefined ? "" : " AND #range < :before"}`,
    ExpressionAttributeNames: { "#hash": hashKey, ...(before !== undefined && rangeKey && { "#range": rangeKey }) },
    ExpressionAttributeValues: { ":value": value, ...(before !== undefined && { ":before": before }) },
  };
}

/**
 * A page of DynamoDB's may be empty although more follow, so pages are read until there are enough rows, or no more.
 * This many are read at most, so that one request stays bounded.
 */
const MOST_READS = 10;

/** The key of the last row that was read. The keys of all tables and indexes are strings. */
type StartKey = Readonly<Record<string, string>>;
const startKey = z.optional(z.record(z.string(), z.string()));

/**
 * Reads the newest rows of a partition of an index that is sorted by creation time, newest first. The position is
 * DynamoDB's own: rows of the same millisecond are neither skipped nor repeated.
 *
 * Rows that their schema cannot read are left out and logged: one bad row must not hide the others. The SDK's
 * paginator does not serve here, because each read asks for fewer rows than the one before, so that the position
 * follows the last row that is returned.
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

/** Returns the rows that their schema can read, and logs the others. */
export function rowsOf<Row>(
  items: readonly Record<string, unknown>[] = [],
  schema: z.ZodMiniType<Row>,
  table: string,
  log: Log,
): Row[] {
  return items.flatMap((item) => {
    const row = schema.safeParse(item);
    if (row.success) return [row.data];
    log.error("A row cannot be read", { table, row_id: item.id, problems: row.error.issues });
    return [];
  });
}
