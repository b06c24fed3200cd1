import type { TableDefinition } from "../../runtime/dynamo/table";

/**
 * The tickets that open connections. A ticket is good for a minute, and whoever loses one gets another, so nothing in
 * this table is worth a backup.
 */
export const ticketsTable = {
  name: "websocket-tickets",
  variable: "DYNAMODB_TICKETS_TABLE",
  holds: "what comes back by itself",
  hashKey: "ticket",
  timeToLive: "ttl",
} as const satisfies TableDefinition;
