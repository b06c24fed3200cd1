import {
  BatchGetCommand,
  DeleteCommand,
  type DynamoDBDocumentClient,
  PutCommand,
  QueryCommand,
  UpdateCommand,
} from "@aws-sdk/lib-dynamodb";
import * as z from "zod/mini";
import { rowsOf } from "../../runtime/dynamo/query";
import { untilProcessed, writeIf } from "../../runtime/dynamo/writes";
import type { Log } from "../../runtime/log";
import { NotFound, Stale } from "../shared/errors";
import { createdBefore, rawRow, type Things, updateRow } from "../shared/rows.dynamo";
import { feedOf, newestOfFeeds } from "./feed.dynamo";
import { type Post, type PostStore, post } from "./posts";

/**
 * Where tombstones are in the index, in place of a shard of the feed, sorted by when the posts were deleted. They
 * leave it again, so that it stays small.
 */
const DELETED = "deleted";

/** The condition that a row is a post, and no tombstone. */
export const IS_POST = "attribute_exists(id) AND attribute_not_exists(deleted_at)";

const tombstone = z.object({ id: z.string(), author_id: z.string(), deleted_at: z.string() });

const isTombstone = (row: object): boolean => "deleted_at" in row;

/** A row is a post with its `feed` and its `request`, or a tombstone with its `feed` and `created_at`. */
export function dynamoPostStore(client: DynamoDBDocumentClient, table: string, log: Log): PostStore {
  const things: Things<Post> = { table, thing: "post", schema: post, isThere: IS_POST };
  return {
    async create(created, request) {
      const command = new PutCommand({
        TableName: table,
        Item: { ...created, feed: feedOf(created.id), request },
        ConditionExpression: "attribute_not_exists(id)",
      });
      if (await writeIf(() => client.send(command))) return created;
      return createdBefore(client, things, created.id, request);
    },
    async get(id) {
      const row = await rawRow(client, table, id);
      return row && !isTombstone(row) ? post.parse(row) : undefined;
    },
    async getAll(ids) {
      const rows: Record<string, unknown>[] = [];
      if (ids.length === 0) return [];
      await untilProcessed(
        ids.map((id) => ({ id })),
        async (Keys) => {
          const command = new BatchGetCommand({ RequestItems: { [table]: { Keys, ConsistentRead: true } } });
          const { Responses, UnprocessedKeys } = await client.send(command);
          rows.push(...(Responses?.[table] ?? []));
          return z.array(z.object({ id: z.string() })).parse(UnprocessedKeys?.[table]?.Keys ?? []);
        },
      );
      return rowsOf(
        rows.filter((row) => !isTombstone(row)),
        post,
        table,
        log,
      );
    },
    newest: (limit, from) => newestOfFeeds(client, table, log, limit, from),
    update: (id, { title, content }, at, version) =>
      updateRow(client, things, id, { title, content, updated_at: at }, version),
    async bury(id, at, version) {
      const command = new UpdateCommand({
        TableName: table,
        Key: { id },
        UpdateExpression:
          "SET feed = :deleted, deleted_at = :at, created_at = :at " +
          "REMOVE title, content, version, favorite_count, updated_at, #request",
        ConditionExpression: version === undefined ? IS_POST : `${IS_POST} AND version = :known`,
        ExpressionAttributeNames: { "#request": "request" },
        ExpressionAttributeValues: {
          ":deleted": DELETED,
          ":at": at,
          ...(version !== undefined && { ":known": version }),
        },
      });
      if (await writeIf(() => client.send(command))) return;
      const row = await rawRow(client, table, id);
      if (!row) throw new NotFound("post");
      if (!isTombstone(row)) throw new Stale("post");
    },
    async tombstone(id) {
      const row = await rawRow(client, table, id);
      return row && isTombstone(row) ? tombstone.parse(row) : undefined;
    },
    async tombstonesBefore(at, limit) {
      const { Items } = await client.send(
        new QueryCommand({
          TableName: table,
          IndexName: "by_creation",
          KeyConditionExpression: "feed = :deleted AND created_at < :at",
          ExpressionAttributeValues: { ":deleted": DELETED, ":at": at },
          Limit: limit,
        }),
      );
      return rowsOf(Items, tombstone, table, log);
    },
    async removeTombstone(id) {
      const ConditionExpression = "attribute_exists(deleted_at)";
      await writeIf(() => client.send(new DeleteCommand({ TableName: table, Key: { id }, ConditionExpression })));
    },
  };
}
