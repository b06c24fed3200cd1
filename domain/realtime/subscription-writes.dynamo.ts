/** The writes of which a connection's subscriptions are made, as items of transactions. */
import type { ItemKey } from "../../runtime/dynamo/table";
import { placeOf, type Subscribing } from "./subscriptions";
import { subscriptionsTable } from "./subscriptions.table";

const keyOf = (topic: string, connectionId: string): ItemKey<typeof subscriptionsTable> => ({
  topic,
  place: placeOf(connectionId),
});

/** Stores a subscription. Its row says all that a sender has to know, so that it reads nothing else. */
export const subscribed = (TableName: string, connection: Subscribing, topic: string) => ({
  Put: {
    TableName,
    Item: {
      ...keyOf(topic, connection.connectionId),
      connectedAt: connection.connectedAt,
      [subscriptionsTable.timeToLive]: connection.expiresAt,
    },
  },
});

/** Removes a subscription, whether it is there or not. */
export const unsubscribed = (TableName: string, connectionId: string, topic: string) => ({
  Delete: { TableName, Key: keyOf(topic, connectionId) },
});
