import { DeleteCommand, type DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { newestRows } from "../../runtime/dynamo/query";
import { removeRows, writeIf, writeTogether } from "../../runtime/dynamo/writes";
import type { Log } from "../../runtime/log";
import { IS_POST } from "../posts/posts.dynamo";
import { NotFound, Stale } from "../shared/errors";
import { createdBefore, rawRow, type Things, updateRow } from "../shared/rows.dynamo";
import { type Comment, type CommentStore, comment } from "./comments";

export function dynamoCommentStore(
  client: DynamoDBDocumentClient,
  { comments: table, posts }: { readonly comments: string; readonly posts: string },
  log: Log,
): CommentStore {
  const things: Things<Comment> = { table, thing: "comment", schema: comment, isThere: "attribute_exists(id)" };
  const partition = (value: string) => ({ table, index: "by_post", key: "post_id", value });
  return {
    async create(created, request) {
      const refused = await writeTogether(client, [
        { ConditionCheck: { TableName: posts, Key: { id: created.post_id }, ConditionExpression: IS_POST } },
        {
          Put: {
            TableName: table,
            Item: { ...created, request },
            ConditionExpression: "attribute_not_exists(id)",
          },
        },
      ]);
      if (refused.has(0)) throw new NotFound("post");
      return refused.has(1) ? createdBefore(client, things, created.id, request) : created;
    },
    async get(id) {
      const row = await rawRow(client, table, id);
      return row && comment.parse(row);
    },
    newestOf: (postId, limit, from) => newestRows(client, partition(postId), limit, comment, log, from),
    update: (id, { content }, at, version) => updateRow(client, things, id, { content, updated_at: at }, version),
    async remove(id, version) {
      const command = new DeleteCommand({
        TableName: table,
        Key: { id },
        ...(version !== undefined && {
          ConditionExpression: "attribute_not_exists(id) OR version = :known",
          ExpressionAttributeValues: { ":known": version },
        }),
      });
      if (!(await writeIf(() => client.send(command)))) throw new Stale("comment");
    },
    removeAllOf: (postId) => removeRows(client, partition(postId), ["id"]),
  };
}
