import type { TableDefinition } from "../../runtime/dynamo/table";

/** `feed` has a few values only, so that listing the newest posts reads several partitions instead of one hot one. */
export const postsTable = {
  name: "posts",
  variable: "APP_DYNAMODB_TABLE_POSTS",
  holds: "what users wrote",
  hashKey: "id",
  indexes: { by_creation: { hashKey: "feed", rangeKey: "created_at" } },
} as const satisfies TableDefinition;
