/** The writes of which a connection's subscriptions are made. */
import { type DynamoDBDocumentClient, GetCommand } from "@aws-sdk/lib-dynamodb";
import type { ItemKey } from "../../runtime/dynamo/table";
import { writeTogether } from "../../runtime/dynamo/writes";
import type { connectionsTable } from "./connections.table";
import { MOST_TOPICS, placeOf, type Subscribing, type SubscriptionStore } from "./subscriptions";
import { subscriptionsTable } from "./subscriptions.table";
import type { Topic } from "./topics";

const keyOf = (topic: string, connectionId: string): ItemKey<typeof subscriptionsTable> => ({
  topic,
  place: placeOf(connectionId),
});

/** Stores a subscription, as an item of a transaction. Its row says all that a sender has to know, so that it reads nothing else. */
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

/** Removes a subscription, whether it is there or not, as an item of a transaction. */
export const unsubscribed = (TableName: string, connectionId: string, topic: string) => ({
  Delete: { TableName, Key: keyOf(topic, connectionId) },
});

/** Creates what subscribes connections in DynamoDB. A connection's row names its topics, so both are written together. */
export function dynamoSubscribing(
  client: DynamoDBDocumentClient,
  tables: { readonly connections: string; readonly subscriptions: string },
): Pick<SubscriptionStore, "add" | "remove"> {
  /** The update of the topics that a connection's row names. */
  const naming = (connectionId: string, topic: Topic, change: "ADD" | "DELETE", condition: string, most?: number) => ({
    Update: {
      TableName: tables.connections,
      Key: { connectionId } satisfies ItemKey<typeof connectionsTable>,
      UpdateExpression: `${change} topics :set`,
      ConditionExpression: condition,
      ExpressionAttributeValues: {
        ":set": new Set([topic]),
        ...(most !== undefined && { ":topic": topic, ":most": most }),
      },
    },
  });
  const KNOWN = "attribute_exists(connectionId)";
  const ROOM = `${KNOWN} AND (attribute_not_exists(topics) OR contains(topics, :topic) OR size(topics) < :most)`;

  return {
    async add(connection, topic) {
      const { connectionId } = connection;
      const refused = await writeTogether(client, [
        naming(connectionId, topic, "ADD", ROOM, MOST_TOPICS),
        subscribed(tables.subscriptions, connection, topic),
      ]);
      if (refused.size === 0) return "added";
      const Key: ItemKey<typeof connectionsTable> = { connectionId };
      const read = new GetCommand({ TableName: tables.connections, Key, ConsistentRead: true });
      return (await client.send(read)).Item ? "too many" : "gone";
    },
    async remove(connectionId, topic) {
      // A connection that is gone has taken its subscriptions with it.
      await writeTogether(client, [
        naming(connectionId, topic, "DELETE", KNOWN),
        unsubscribed(tables.subscriptions, connectionId, topic),
      ]);
    },
  };
}
