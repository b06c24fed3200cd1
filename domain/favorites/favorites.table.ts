import type { TableDefinition } from "../../runtime/dynamo/table";

/** The posts that are users' favorites. */
export const favoritesTable = {
  name: "favorites",
  variable: "APP_DYNAMODB_TABLE_FAVORITES",
  holds: "what users wrote",
  hashKey: "user_id",
  rangeKey: "post_id",
  indexes: {
    by_creation: { hashKey: "user_id", rangeKey: "created_at" },
    by_post: { hashKey: "post_id", rangeKey: "user_id" },
  },
} as const satisfies TableDefinition;
