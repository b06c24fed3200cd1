import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import type { ItemKey } from "../../runtime/dynamo/table";
import { writeTogether } from "../../runtime/dynamo/writes";
import type { ConnectionTally } from "../realtime/connection-count";
import type { ArrivalStore, ConnectionRow } from "../realtime/connections";
import { connectionsTable } from "../realtime/connections.table";
import type { ConnectionTables } from "../realtime/departures.dynamo";
import { arrived, forgetEnded } from "../realtime/presence.dynamo";
import { subscribed } from "../realtime/subscription-writes.dynamo";
import { taken } from "./tickets.dynamo";

/**
 * Creates the function that remembers connections in DynamoDB. One transaction takes the ticket away, stores the row and
 * the subscriptions and counts the connection for its user, so that nothing half done is left wherever it stops.
 */
export function dynamoArrivals(
  client: DynamoDBDocumentClient,
  tables: ConnectionTables & { readonly tickets: string },
  tally: Pick<ConnectionTally, "opened">,
): ArrivalStore {
  /** Writes everything that comes with a connection. Returns the parts whose conditions do not hold. */
  async function write({ topics, ...connection }: ConnectionRow, ticket: string | undefined, now: number) {
    const parts = {
      connection: [
        {
          Put: {
            TableName: tables.connections,
            // A set in DynamoDB is never empty.
            Item: { ...connection, ...(topics.size > 0 && { topics }) } satisfies ItemKey<typeof connectionsTable>,
            ConditionExpression: `attribute_not_exists(${connectionsTable.hashKey})`,
          },
        },
      ],
      ticket: ticket === undefined ? [] : [taken(tables.tickets, ticket, now)],
      user: arrived(tables.users, connection),
      subscriptions: [...topics].map((topic) => subscribed(tables.subscriptions, connection, topic)),
    };
    const order = Object.entries(parts).flatMap(([part, items]) => items.map(() => part));
    const refused = await writeTogether(client, Object.values(parts).flat());
    return new Set([...refused].map((place) => order[place]));
  }

  const put: ArrivalStore["put"] = async (connection, ticket, now = connection.connectedAt) => {
    for (;;) {
      const refused = await write(connection, ticket, now);
      if (refused.size === 0) break;
      // API Gateway announces a connection twice, or the answer to an earlier attempt was lost.
      if (refused.has("connection")) return "admitted";
      if (refused.has("ticket")) return "no such ticket";
      const { user_id = "" } = connection;
      if (!(await forgetEnded(client, tables.users, user_id, now))) return "too many connections";
    }
    await tally.opened(connection);
    return "admitted";
  };
  return { put };
}
