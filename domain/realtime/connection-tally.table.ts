import type { TableDefinition } from "../../runtime/dynamo/table";

/**
 * The tally of open connections, an item for each ten minutes in which connections were made. Its items are over after
 * some hours, so nothing in this table is worth a backup.
 */
export const connectionTallyTable = {
  name: "websocket-connection-tally",
  variable: "DYNAMODB_CONNECTION_TALLY_TABLE",
  holds: "what comes back by itself",
  hashKey: "window",
  timeToLive: "ttl",
} as const satisfies TableDefinition;
