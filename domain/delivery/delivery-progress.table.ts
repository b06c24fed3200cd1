import type { TableDefinition } from "../../runtime/dynamo/table";

/**
 * How far the deliveries that are made in parts have come. A row is of use for as long as its part may be tried again, so
 * nothing in this table is worth a backup.
 */
export const deliveryProgressTable = {
  name: "websocket-deliveries",
  variable: "DYNAMODB_DELIVERIES_TABLE",
  holds: "what comes back by itself",
  hashKey: "part",
  timeToLive: "ttl",
} as const satisfies TableDefinition;
