import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  PutCommand,
  ScanCommand,
  type ScanCommandOutput,
} from "@aws-sdk/lib-dynamodb";
import * as z from "zod/mini";
import { isConditionFailure } from "../../runtime/aws-errors";
import type { ConnectionStore } from "./connections";

/** A row that does not say when it was made still names a connection: it counts as old. */
const row = z.object({ connectionId: z.string(), connectedAt: z.catch(z.number(), 0) });

const options = (signal: AbortSignal | undefined) => (signal ? { abortSignal: signal } : {});

export function dynamoConnectionStore(client: DynamoDBDocumentClient, table: string): ConnectionStore {
  return {
    async put(connection) {
      await client.send(new PutCommand({ TableName: table, Item: connection }));
    },
    async remove(connectionId, signal) {
      await client.send(new DeleteCommand({ TableName: table, Key: { connectionId } }), options(signal));
    },
    async removeIfMadeBefore(connectionId, time, signal) {
      const command = new DeleteCommand({
        TableName: table,
        Key: { connectionId },
        // Also true of a row that does not say when it was made.
        ConditionExpression: "NOT connectedAt >= :time",
        ExpressionAttributeValues: { ":time": time },
      });
      try {
        await client.send(command, options(signal));
      } catch (error) {
        if (!isConditionFailure(error)) throw error;
      }
    },
    async *pages(now, signal) {
      let start: ScanCommandOutput["LastEvaluatedKey"];
      do {
        const page: ScanCommandOutput = await client.send(
          new ScanCommand({
            TableName: table,
            // A client that was connected before the message was sent is owed it: no stale reads.
            ConsistentRead: true,
            ProjectionExpression: "connectionId, connectedAt",
            // Also leaves out rows whose ttl is missing or not a number.
            FilterExpression: "#ttl > :now",
            ExpressionAttributeNames: { "#ttl": "ttl" },
            ExpressionAttributeValues: { ":now": now },
            ExclusiveStartKey: start,
          }),
          options(signal),
        );
        yield z.array(row).parse(page.Items ?? []);
        start = page.LastEvaluatedKey;
      } while (start);
    },
    async count(now) {
      let count = 0;
      let start: ScanCommandOutput["LastEvaluatedKey"];
      do {
        const page: ScanCommandOutput = await client.send(
          new ScanCommand({
            TableName: table,
            Select: "COUNT",
            FilterExpression: "#ttl > :now",
            ExpressionAttributeNames: { "#ttl": "ttl" },
            ExpressionAttributeValues: { ":now": now },
            ExclusiveStartKey: start,
          }),
        );
        count += page.Count ?? 0;
        start = page.LastEvaluatedKey;
      } while (start);
      return count;
    },
  };
}
