import { type DynamoDBDocumentClient, QueryCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { readItems } from "../../runtime/dynamo/batch";
import { partitionOf, queryOf, rowsOf } from "../../runtime/dynamo/query";
import { type ItemKey, namesIn } from "../../runtime/dynamo/table";
import { writeIf } from "../../runtime/dynamo/writes";
import type { Log } from "../../runtime/log";
import { NotFound } from "../shared/errors";
import { isTombstone, keyMemoryEnd, versionedRows } from "../shared/rows.dynamo";
import { feedOf, newestOfFeeds } from "./feed.dynamo";
import type { PostStore } from "./posts";
import { postRow, postTombstoneRow } from "./posts.row";
import { postsTable, UNFINISHED } from "./posts.table";

type InFeed = ItemKey<typeof postsTable> & ItemKey<typeof postsTable.indexes.by_creation> & Record<string, unknown>;

/**
 * Creates the store of posts in DynamoDB. A row is a post with its `feed` and its `request`; or a tombstone with its
 * `feed` and `created_at`; or a settled tombstone with its `ttl`.
 */
export function dynamoPostStore(client: DynamoDBDocumentClient, table: string, log: Log): PostStore {
  const rows = versionedRows(client, { definition: postsTable, table, resource: "post", schema: postRow });
  return {
    async create(created, request) {
      const item = { ...created, feed: feedOf(created.id), request } satisfies InFeed;
      return (await rows.add(item)) ? created : rows.createdBefore(created.id, request);
    },
    get: rows.get,
    async getAll(ids) {
      const keys = ids.map((id): ItemKey<typeof postsTable> => ({ id }));
      const items = await readItems(client, table, keys);
      return rowsOf(
        items.filter((item) => !isTombstone(item)),
        postRow,
        table,
        log,
      );
    },
    newest: (limit, from) => newestOfFeeds(client, table, log, limit, from),
    update: (id, written, at, version) => rows.update(id, { ...written, updated_at: at }, version),
    async bury(tombstone, version) {
      const item = { ...tombstone, feed: UNFINISHED, created_at: tombstone.deleted_at } satisfies InFeed;
      if ((await rows.bury(item, version)) === "never there") throw new NotFound("post");
    },
    async tombstone(id) {
      const row = await rows.raw(id);
      return row?.feed === UNFINISHED ? postTombstoneRow.parse(row) : undefined;
    },
    async tombstonesBefore(at, limit) {
      const deleted = partitionOf(postsTable, "by_creation", table, UNFINISHED);
      const { Items } = await client.send(new QueryCommand({ ...queryOf(deleted, at), Limit: limit }));
      return rowsOf(Items, postTombstoneRow, table, log);
    },
    async settle({ id, deleted_at }) {
      const { by_creation } = postsTable.indexes;
      const command = new UpdateCommand({
        TableName: table,
        Key: { id } satisfies ItemKey<typeof postsTable>,
        UpdateExpression: `SET #ttl = :end REMOVE ${namesIn(by_creation).join(", ")}`,
        ConditionExpression: `${by_creation.hashKey} = :deleted`,
        ExpressionAttributeNames: { "#ttl": postsTable.timeToLive },
        ExpressionAttributeValues: { ":end": keyMemoryEnd(deleted_at), ":deleted": UNFINISHED },
      });
      await writeIf(() => client.send(command));
    },
  };
}
