import { type DynamoDBDocumentClient, PutCommand } from "@aws-sdk/lib-dynamodb";
import * as z from "zod/mini";
import type { CommentStore } from "./comments";
import { newestFirst } from "./creation";
import { newestRows } from "./runtime/dynamo";
import type { Log } from "./runtime/logging";

const row = z.object({ id: z.string(), post_id: z.string(), content: z.string(), created_at: z.string() });

export function dynamoCommentStore(client: DynamoDBDocumentClient, table: string, log: Log): CommentStore {
  return {
    async create(comment) {
      await client.send(new PutCommand({ TableName: table, Item: comment }));
    },
    async newestOf(postId, limit) {
      const partition = { table, index: "by_post", key: "post_id", value: postId };
      return (await newestRows(client, partition, limit, row, log)).sort(newestFirst);
    },
  };
}
