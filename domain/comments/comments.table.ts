import type { TableDefinition } from "../../runtime/dynamo/table";

/** The comments. Only the tombstones of deleted comments have a `ttl`, and they have no `post_id`: no list shows them. */
export const commentsTable = {
  name: "comments",
  variable: "APP_DYNAMODB_TABLE_COMMENTS",
  holds: "what users wrote",
  hashKey: "id",
  indexes: { by_post: { hashKey: "post_id", rangeKey: "created_at" } },
  timeToLive: "ttl",
  stream: "NEW_AND_OLD_IMAGES",
} as const satisfies TableDefinition;
