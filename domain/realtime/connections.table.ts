import type { TableDefinition } from "../../runtime/dynamo/table";

/**
 * The open connections. Clients reconnect, and a row lives for some hours at most, so nothing in this table is worth a
 * backup.
 */
export const connectionsTable = {
  name: "websocket-connections",
  variable: "DYNAMODB_CONNECTIONS_TABLE",
  holds: "what comes back by itself",
  hashKey: "connectionId",
  timeToLive: "ttl",
} as const satisfies TableDefinition;
