import type { TableDefinition } from "../../runtime/dynamo/table";

/**
 * The value of `feed` in tombstones that are not settled, in place of a shard of the feed. It lists them by when the
 * posts were deleted; a settled tombstone leaves the index, so that this partition stays small.
 */
export const UNFINISHED = "deleted";

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
  stream: "NEW_AND_OLD_IMAGES",
} as const satisfies TableDefinition;
