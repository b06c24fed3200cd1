import { type DynamoDBDocumentClient, GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import * as z from "zod/mini";
import { newestFirst } from "./creation";
import type { PostStore } from "./posts";
import { newestRows } from "./runtime/dynamo";
import type { Log } from "./runtime/logging";

/**
 * All posts are listed through one index, and one partition of it takes 1,000 writes a second at most
 * (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html). The posts are
 * therefore spread over this many, and a list merges them. More shards write faster and list slower.
 */
const FEED_SHARDS = 4;

const feedOf = (id: string): string => `feed#${Number.parseInt(id.slice(-2), 16) % FEED_SHARDS}`;
const feeds = Array.from({ length: FEED_SHARDS }, (_, shard) => `feed#${shard}`);

const row = z.object({ id: z.string(), title: z.string(), content: z.string(), created_at: z.string() });

export function dynamoPostStore(client: DynamoDBDocumentClient, table: string, log: Log): PostStore {
  return {
    async create(post) {
      await client.send(new PutCommand({ TableName: table, Item: { ...post, feed: feedOf(post.id) } }));
    },
    async get(id) {
      // Consistent: whoever has just written a post finds it.
      const { Item } = await client.send(new GetCommand({ TableName: table, Key: { id }, ConsistentRead: true }));
      return Item && row.parse(Item);
    },
    async newest(limit) {
      const shards = await Promise.all(
        feeds.map((value) => newestRows(client, { table, index: "by_creation", key: "feed", value }, limit, row, log)),
      );
      return shards.flat().sort(newestFirst).slice(0, limit);
    },
  };
}
