import type { TableDefinition } from "../../runtime/dynamo/table";

export const commentsTable = {
  name: "comments",
  variable: "APP_DYNAMODB_TABLE_COMMENTS",
  holds: "what users wrote",
  hashKey: "id",
  indexes: { by_post: { hashKey: "post_id", rangeKey: "created_at" } },
} as const satisfies TableDefinition;
