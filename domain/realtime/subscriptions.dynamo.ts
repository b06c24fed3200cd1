import { type DynamoDBDocumentClient, paginateQuery } from "@aws-sdk/lib-dynamodb";
import * as z from "zod/mini";
import type { ConnectionTally } from "./connection-count";
import { subscriptionRow } from "./connections.row";
import { type ConnectionTables, dynamoDepartures } from "./departures.dynamo";
import { mergePages } from "./merge-pages";
import { dynamoSubscribing } from "./subscription-writes.dynamo";
import { connectionAt, type Range, type Subscriber, type SubscriptionStore } from "./subscriptions";
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
    ...dynamoSubscribing(client, tables),
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
