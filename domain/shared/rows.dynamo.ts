import { isDeepStrictEqual } from "node:util";
import { type DynamoDBDocumentClient, GetCommand, PutCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import type * as z from "zod/mini";
import type { TableDefinition } from "../../runtime/dynamo/table";
import { writeIf } from "../../runtime/dynamo/writes";
import { IdempotencyKeyReused, NotFound, Stale } from "./errors";
import { KEY_MEMORY_SECONDS } from "./idempotency";

/** The condition that a row with the key `id` is there and is no tombstone. */
export const IS_LIVE = "attribute_exists(id) AND attribute_not_exists(deleted_at)";

type Item = Record<string, unknown>;

/** Returns whether a row is what a deletion left. */
export const isTombstone = (row: Item): boolean => "deleted_at" in row;

/** Returns when DynamoDB may remove the tombstone of a resource that was deleted then, in epoch seconds. */
export const keyMemoryEnd = (deletedAt: string): number =>
  Math.floor(Date.parse(deletedAt) / 1_000) + KEY_MEMORY_SECONDS;

/** Rows with the key `id`, a `version` and the fingerprint of the `request` that created them. */
interface VersionedRows<Resource> {
  /** A table with any other key does not compile. */
  readonly definition: TableDefinition & { readonly hashKey: "id"; readonly rangeKey?: never };
  /** The physical name of the table. */
  readonly table: string;
  /** The word that errors use for a resource that a row holds. */
  readonly resource: "post" | "comment";
  /** Reads a row of this or any earlier release. */
  readonly schema: z.ZodMiniType<Resource>;
}

/** Reads and writes the rows of a table, each of which holds a resource or the tombstone of a deleted one. */
export function versionedRows<Resource>(
  client: DynamoDBDocumentClient,
  { definition, table, resource, schema }: VersionedRows<Resource>,
) {
  const keyOf = (id: string) => ({ [definition.hashKey]: id });

  /** Returns a row as it is stored. The read is consistent: whoever has just written a row finds it. */
  async function raw(id: string): Promise<Item | undefined> {
    const { Item } = await client.send(new GetCommand({ TableName: table, Key: keyOf(id), ConsistentRead: true }));
    return Item;
  }

  /** Builds the condition that a row is live and, if a version is given, of that version. */
  const isLive = (version: number | undefined) => ({
    ConditionExpression: version === undefined ? IS_LIVE : `${IS_LIVE} AND version = :known`,
    ...(version !== undefined && { ExpressionAttributeValues: { ":known": version } }),
  });

  return {
    raw,

    /** Returns a resource, unless it is not there or deleted. */
    async get(id: string): Promise<Resource | undefined> {
      const row = await raw(id);
      return row && !isTombstone(row) ? schema.parse(row) : undefined;
    },

    /**
     * Stores a row unless its id is taken.
     *
     * @returns whether it is stored
     */
    async add(item: Item & { readonly id: string }): Promise<boolean> {
      const command = new PutCommand({
        TableName: table,
        Item: item,
        ConditionExpression: "attribute_not_exists(id)",
      });
      return (await writeIf(() => client.send(command))) !== undefined;
    },

    /**
     * Returns the resource that has taken an id, if the same request created it.
     *
     * @throws IdempotencyKeyReused if another one did, or if it is deleted
     */
    async createdBefore(id: string, request: string): Promise<Resource> {
      const row = await raw(id);
      if (row?.request !== request) throw new IdempotencyKeyReused();
      return schema.parse(row);
    },

    /**
     * Sets fields of a resource and counts its version up.
     *
     * @param version the only version that may be changed; without it, any
     * @throws NotFound, Stale
     */
    async update(id: string, fields: Readonly<Item>, version: number | undefined): Promise<Resource> {
      const entries = Object.entries(fields);
      const { ConditionExpression, ExpressionAttributeValues } = isLive(version);
      const command = new UpdateCommand({
        TableName: table,
        Key: keyOf(id),
        UpdateExpression: `SET ${entries.map(([name]) => `#${name} = :${name}`).join(", ")} ADD version :one`,
        ConditionExpression,
        ExpressionAttributeNames: Object.fromEntries(entries.map(([name]) => [`#${name}`, name])),
        ExpressionAttributeValues: {
          ...Object.fromEntries(entries.map(([name, value]) => [`:${name}`, value])),
          ":one": 1,
          ...ExpressionAttributeValues,
        },
        ReturnValues: "ALL_NEW",
      });
      const changed = await writeIf(() => client.send(command));
      if (changed) return schema.parse(changed.Attributes);
      const row = await raw(id);
      if (!row || isTombstone(row)) throw new NotFound(resource);
      // The answer to an earlier attempt may have been lost.
      const isDone =
        version !== undefined &&
        row.version === version + 1 &&
        entries.every(([name, value]) => isDeepStrictEqual(row[name], value));
      if (!isDone) throw new Stale(resource);
      return schema.parse(row);
    },

    /**
     * Replaces a resource by its tombstone, with everything that the row holds. Doing it twice is doing it once.
     *
     * @param version the only version that may be deleted; without it, any
     * @throws Stale
     */
    async bury(
      tombstone: Item & { readonly id: string; readonly deleted_at: string },
      version: number | undefined,
    ): Promise<"buried" | "never there"> {
      const command = new PutCommand({ TableName: table, Item: tombstone, ...isLive(version) });
      if (await writeIf(() => client.send(command))) return "buried";
      const row = await raw(tombstone.id);
      if (row && !isTombstone(row)) throw new Stale(resource);
      return row ? "buried" : "never there";
    },
  };
}
