import type { TableDefinition } from "../../runtime/dynamo/table";

/**
 * Who listens to what, by topic and, within a topic, by place. A row ends with its connection, and clients subscribe
 * again when they reconnect, so nothing in this table is worth a backup.
 */
export const subscriptionsTable = {
  name: "websocket-subscriptions",
  variable: "DYNAMODB_SUBSCRIPTIONS_TABLE",
  holds: "what comes back by itself",
  hashKey: "topic",
  rangeKey: "place",
  timeToLive: "ttl",
} as const satisfies TableDefinition;
