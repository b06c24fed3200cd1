import { type DynamoDBDocumentClient, paginateScan } from "@aws-sdk/lib-dynamodb";
import * as z from "zod/mini";
import type { ConnectionTally } from "./connection-count";
import type { ConnectionStore } from "./connections";
import { connectionRow } from "./connections.row";
import { connectionsTable } from "./connections.table";
import { type ConnectionTables, dynamoDepartures } from "./departures.dynamo";

const openConnection = z.pick(connectionRow, { connectionId: true, connectedAt: true });

const options = (signal: AbortSignal | undefined) => (signal ? { abortSignal: signal } : {});

/** Creates the store of connections in DynamoDB, which tells the tally of each that goes. */
export function dynamoConnectionStore(
  client: DynamoDBDocumentClient,
  tables: ConnectionTables,
  tally: Pick<ConnectionTally, "closed">,
): ConnectionStore {
  const forget = dynamoDepartures(client, tables, tally);
  return {
    remove: (connectionId, signal) => forget({ connectionId }, undefined, signal),
    removeIfMadeBefore: (connectionId, time, signal) => forget({ connectionId }, time, signal),
    async *pages(now, signal) {
      const input = {
        TableName: tables.connections,
        // A client that was connected before the message was sent is owed it: no stale reads.
        ConsistentRead: true,
        ProjectionExpression: "connectionId, connectedAt",
        // The filter also leaves out rows whose ttl is missing or not a number.
        FilterExpression: "#ttl > :now",
        ExpressionAttributeNames: { "#ttl": connectionsTable.timeToLive },
        ExpressionAttributeValues: { ":now": now },
      };
      for await (const { Items = [] } of paginateScan({ client }, input, options(signal)))
        yield z.array(openConnection).parse(Items);
    },
  };
}
