import { type DynamoDBDocumentClient, GetCommand, paginateQuery } from "@aws-sdk/lib-dynamodb";
import * as z from "zod/mini";
import type { ItemKey } from "../../runtime/dynamo/table";
import { writeTogether } from "../../runtime/dynamo/writes";
import type { ConnectionTally } from "./connection-count";
import { subscriptionRow } from "./connections.row";
import type { connectionsTable } from "./connections.table";
import { type ConnectionTables, dynamoDepartures } from "./departures.dynamo";
import { mergePages } from "./merge-pages";
import { subscribed, unsubscribed } from "./subscription-writes.dynamo";
import { connectionAt, MOST_TOPICS, type Range, type Subscriber, type SubscriptionStore } from "./subscriptions";
import { subscriptionsTable } from "./subscriptions.table";
import type { Topic } from "./topics";

const { hashKey, rangeKey, timeToLive } = subscriptionsTable;

/** Creates the store of subscriptions in DynamoDB. A connection's row names its topics, so both are written together. */
export function dynamoSubscriptionStore(
  client: DynamoDBDocumentClient,
  tables: ConnectionTables,
  tally: Pick<ConnectionTally, "closed">,
): SubscriptionStore {
  const forget = dynamoDepartures(client, tables, tally);

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

  async function* subscribersOf(
    topic: Topic,
    { after, until }: Range,
    now: number,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<readonly Subscriber[]> {
    const ends = { ...(after !== undefined && { ":after": after }), ...(until !== undefined && { ":until": until }) };
    const input = {
      TableName: tables.subscriptions,
      KeyConditionExpression: `#topic = :topic${within(after, until)}`,
      // A client that was connected before the change is owed it: no stale reads.
      ConsistentRead: true,
      ProjectionExpression: `${rangeKey}, connectedAt`,
      // DynamoDB takes days over removing rows whose time is up. The filter also leaves out rows without a time.
      FilterExpression: "#ttl > :now",
      ExpressionAttributeNames: { "#topic": hashKey, "#ttl": timeToLive },
      ExpressionAttributeValues: { ":topic": topic, ":now": now, ...ends },
    };
    for await (const { Items = [] } of paginateQuery({ client }, input, signal ? { abortSignal: signal } : {}))
      yield z
        .array(subscriptionRow)
        .parse(Items)
        // BETWEEN, the one condition that has two ends, includes both.
        .filter(({ place }) => place !== after && place !== until)
        .map((row) => ({ ...row, connectionId: connectionAt(row.place), topic }));
  }

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
    pages: (topics, range, now, signal) =>
      mergePages([...new Set(topics)].map((topic) => subscribersOf(topic, range, now, signal))),
    forget,
  };
}

/** Builds the condition that a place is in a range, ends included where there are two. */
function within(after: string | undefined, until: string | undefined): string {
  if (after !== undefined && until !== undefined) return ` AND ${rangeKey} BETWEEN :after AND :until`;
  if (after !== undefined) return ` AND ${rangeKey} > :after`;
  return until === undefined ? "" : ` AND ${rangeKey} < :until`;
}
