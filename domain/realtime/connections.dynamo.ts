import { DeleteCommand, type DynamoDBDocumentClient, PutCommand, paginateScan } from "@aws-sdk/lib-dynamodb";
import * as z from "zod/mini";
import type { ItemKey } from "../../runtime/dynamo/table";
import { writeIf } from "../../runtime/dynamo/writes";
import type { ConnectionTally } from "./connection-count";
import type { ConnectionStore } from "./connections";
import { connectionsTable } from "./connections.table";

/** Reads a connection from its row. A row that does not say when it was made names a connection still: an old one. */
const connectionRow = z.object({ connectionId: z.string(), connectedAt: z.catch(z.number(), 0) });

const options = (signal: AbortSignal | undefined) => (signal ? { abortSignal: signal } : {});

/** Creates the store of connections in DynamoDB, which tells the tally of each that comes or goes. */
export function dynamoConnectionStore(
  client: DynamoDBDocumentClient,
  table: string,
  tally: Pick<ConnectionTally, "opened" | "closed">,
): ConnectionStore {
  async function forget(
    connectionId: string,
    signal: AbortSignal | undefined,
    condition: Pick<DeleteCommand["input"], "ConditionExpression" | "ExpressionAttributeValues"> = {},
  ): Promise<void> {
    const Key: ItemKey<typeof connectionsTable> = { connectionId };
    const command = new DeleteCommand({ TableName: table, Key, ...condition, ReturnValues: "ALL_OLD" });
    const removed = await writeIf(() => client.send(command, options(signal)));
    if (removed?.Attributes) await tally.closed(connectionRow.parse(removed.Attributes), signal);
  }

  return {
    async put(connection) {
      const command = new PutCommand({
        TableName: table,
        Item: connection satisfies ItemKey<typeof connectionsTable>,
        // API Gateway may announce a connection twice, and it counts once.
        ConditionExpression: `attribute_not_exists(${connectionsTable.hashKey})`,
      });
      if (await writeIf(() => client.send(command))) await tally.opened(connection);
    },
    remove: forget,
    removeIfMadeBefore: (connectionId, time, signal) =>
      forget(connectionId, signal, {
        // The condition also holds for a row that does not say when it was made.
        ConditionExpression: "NOT connectedAt >= :time",
        ExpressionAttributeValues: { ":time": time },
      }),
    async *pages(now, signal) {
      const input = {
        TableName: table,
        // A client that was connected before the message was sent is owed it: no stale reads.
        ConsistentRead: true,
        ProjectionExpression: "connectionId, connectedAt",
        // The filter also leaves out rows whose ttl is missing or not a number.
        FilterExpression: "#ttl > :now",
        ExpressionAttributeNames: { "#ttl": connectionsTable.timeToLive },
        ExpressionAttributeValues: { ":now": now },
      };
      for await (const { Items = [] } of paginateScan({ client }, input, options(signal)))
        yield z.array(connectionRow).parse(Items);
    },
  };
}
