import type { TableDefinition } from "../../runtime/dynamo/table";

/**
 * The posts. `feed` has a few values only, so that listing the newest posts reads several partitions instead of one hot
 * one. Only the tombstones of deleted posts have a `ttl`.
 */
export const postsTable = {
  name: "posts",
  variable: "APP_DYNAMODB_TABLE_POSTS",
  holds: "what users wrote",
  hashKey: "id",
  indexes: { by_creation: { hashKey: "feed", rangeKey: "created_at" } },
  timeToLive: "ttl",
} as const satisfies TableDefinition;
