import { type DynamoDBDocumentClient, GetCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import type * as z from "zod/mini";
import { writeIf } from "../../runtime/dynamo/writes";
import { IdempotencyKeyReused, NotFound, Stale } from "./errors";

/** A table of things with the key `id` and a `version`. */
export interface Things<Row> {
  readonly table: string;
  /** What errors call one of them. */
  readonly thing: string;
  readonly schema: z.ZodMiniType<Row>;
  /** The condition that one of them is there. */
  readonly isThere: string;
}

/** A row as it is. Consistent: whoever has just written it finds it. */
export async function rawRow(
  client: DynamoDBDocumentClient,
  table: string,
  id: string,
): Promise<Record<string, unknown> | undefined> {
  const { Item } = await client.send(new GetCommand({ TableName: table, Key: { id }, ConsistentRead: true }));
  return Item;
}

/**
 * The thing that keeps another one from being created with the same id: made by the same request, it is the one that
 * was to be created.
 *
 * @throws IdempotencyKeyReused
 */
export async function createdBefore<Row>(
  client: DynamoDBDocumentClient,
  { table, schema }: Things<Row>,
  id: string,
  request: string,
): Promise<Row> {
  const row = await rawRow(client, table, id);
  if (row?.request !== request) throw new IdempotencyKeyReused();
  return schema.parse(row);
}

/**
 * Sets fields of a thing and counts its version up.
 *
 * @param version the one that may be changed; without it, any
 * @throws NotFound, Stale
 */
export async function updateRow<Row>(
  client: DynamoDBDocumentClient,
  { table, thing, schema, isThere }: Things<Row>,
  id: string,
  fields: Readonly<Record<string, string>>,
  version: number | undefined,
): Promise<Row> {
  const entries = Object.entries({ ...fields });
  const command = new UpdateCommand({
    TableName: table,
    Key: { id },
    UpdateExpression: `SET ${entries.map(([name]) => `#${name} = :${name}`).join(", ")} ADD version :one`,
    ConditionExpression: version === undefined ? isThere : `${isThere} AND version = :known`,
    ExpressionAttributeNames: Object.fromEntries(entries.map(([name]) => [`#${name}`, name])),
    ExpressionAttributeValues: {
      ...Object.fromEntries(entries.map(([name, value]) => [`:${name}`, value])),
      ":one": 1,
      ...(version !== undefined && { ":known": version }),
    },
    ReturnValues: "ALL_NEW",
  });
  const changed = await writeIf(() => client.send(command));
  if (changed) return schema.parse(changed.Attributes);
  const row = await rawRow(client, table, id);
  if (!row || "deleted_at" in row) throw new NotFound(thing);
  // The answer to an earlier attempt may have been lost.
  const isDone = version !== undefined && row.version === version + 1 && entries.every(([name, v]) => row[name] === v);
  if (!isDone) throw new Stale(thing);
  return schema.parse(row);
}
