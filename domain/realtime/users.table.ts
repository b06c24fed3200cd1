import type { TableDefinition } from "../../runtime/dynamo/table";

/**
 * What each user has of what is bounded: tickets taken in a minute, and open connections. An item is over two hours
 * after its user last connected, and then the user has nothing, so nothing in this table is worth a backup.
 */
export const usersTable = {
  name: "websocket-users",
  variable: "DYNAMODB_WEBSOCKET_USERS_TABLE",
  holds: "what comes back by itself",
  hashKey: "user_id",
  timeToLive: "ttl",
} as const satisfies TableDefinition;
