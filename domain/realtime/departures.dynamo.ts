import { type DynamoDBDocumentClient, GetCommand } from "@aws-sdk/lib-dynamodb";
import type { ItemKey } from "../../runtime/dynamo/table";
import { writeTogether } from "../../runtime/dynamo/writes";
import { Overloaded } from "../../runtime/errors";
import type { ConnectionTally } from "./connection-count";
import { connectionRow } from "./connections.row";
import type { connectionsTable } from "./connections.table";
import { departed } from "./presence.dynamo";
import { unsubscribed } from "./subscription-writes.dynamo";
import type { Subscriber } from "./subscriptions";

/** The names of the tables that hold connections and what they listen to. */
export interface ConnectionTables {
  readonly connections: string;
  readonly subscriptions: string;
  readonly users: string;
}

/** The most times that a connection is read again because it has subscribed to something in the meantime. */
const MOST_ATTEMPTS = 5;

/**
 * Creates the function that forgets a connection, known or not.
 *
 * The connection's row and its subscriptions go in one transaction, so that none of them is ever there without the row
 * that names it. If this stops half way, all are still there, and whoever notices next that the connection is gone
 * forgets it.
 */
export function dynamoDepartures(
  client: DynamoDBDocumentClient,
  tables: ConnectionTables,
  tally: Pick<ConnectionTally, "closed">,
): (
  gone: Pick<Subscriber, "connectionId" | "topic">,
  before: number | undefined,
  signal: AbortSignal | undefined,
) => Promise<void> {
  return async ({ connectionId, topic }, before = Number.POSITIVE_INFINITY, signal) => {
    const Key: ItemKey<typeof connectionsTable> = { connectionId };
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      const read = new GetCommand({ TableName: tables.connections, Key, ConsistentRead: true });
      const { Item } = await client.send(read, signal ? { abortSignal: signal } : {});
      if (!Item) {
        if (topic !== undefined)
          await writeTogether(client, [unsubscribed(tables.subscriptions, connectionId, topic)], signal);
        return;
      }
      const connection = connectionRow.parse(Item);
      const { connectedAt, topics } = connection;
      if (connectedAt >= before) return;
      const names = [...topics];
      const changed = await writeTogether(
        client,
        [
          {
            Delete: {
              TableName: tables.connections,
              Key,
              ...(names.length > 0
                ? { ConditionExpression: "topics = :topics", ExpressionAttributeValues: { ":topics": topics } }
                : { ConditionExpression: "attribute_exists(connectionId) AND attribute_not_exists(topics)" }),
            },
          },
          ...names.map((name) => unsubscribed(tables.subscriptions, connectionId, name)),
          ...departed(tables.users, connection),
        ],
        signal,
      );
      if (changed.size > 0) continue;
      await tally.closed({ connectionId, connectedAt }, signal);
      return;
    }
    throw new Overloaded(`A connection changed its subscriptions ${MOST_ATTEMPTS} times while it was to be forgotten.`);
  };
}
