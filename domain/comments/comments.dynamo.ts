import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { removeItems } from "../../runtime/dynamo/batch";
import { newestRows, partitionOf } from "../../runtime/dynamo/query";
import { writeTogether } from "../../runtime/dynamo/writes";
import type { Log } from "../../runtime/log";
import { NotFound } from "../shared/errors";
import { IS_LIVE, keyMemoryEnd, versionedRows } from "../shared/rows.dynamo";
import type { CommentStore } from "./comments";
import { commentRow } from "./comments.row";
import { commentsTable } from "./comments.table";

/**
 * Creates the store of comments in DynamoDB. A row is a comment with its `request`; or a tombstone, which has no
 * `post_id` and so is in no list, and which DynamoDB removes after its `ttl`.
 */
export function dynamoCommentStore(
  client: DynamoDBDocumentClient,
  { comments: table, posts }: { readonly comments: string; readonly posts: string },
  log: Log,
): CommentStore {
  const rows = versionedRows(client, { definition: commentsTable, table, resource: "comment", schema: commentRow });
  const onPost = (id: string) => partitionOf(commentsTable, "by_post", table, id);
  return {
    async create(created, request) {
      const refused = await writeTogether(client, [
        { ConditionCheck: { TableName: posts, Key: { id: created.post_id }, ConditionExpression: IS_LIVE } },
        {
          Put: {
            TableName: table,
            Item: { ...created, request },
            ConditionExpression: "attribute_not_exists(id)",
          },
        },
      ]);
      if (refused.has(0)) throw new NotFound("post");
      return refused.has(1) ? rows.createdBefore(created.id, request) : created;
    },
    get: rows.get,
    newestOf: (postId, limit, from) => newestRows(client, onPost(postId), limit, commentRow, log, from),
    update: (id, written, at, version) => rows.update(id, { ...written, updated_at: at }, version),
    async remove(id, at, version) {
      const tombstone = { id, deleted_at: at, [commentsTable.timeToLive]: keyMemoryEnd(at) };
      await rows.bury(tombstone, version);
    },
    removeAllOf: (postId) => removeItems(client, onPost(postId)),
  };
}
