import { DeleteCommand, type DynamoDBDocumentClient, PutCommand, ScanCommand } from "@aws-sdk/lib-dynamodb";
import { placeOf } from "../../../domain/realtime/subscriptions";
import type { Topic } from "../../../domain/realtime/topics";

/** Makes these connections those that listen to a topic, and no others listen to anything. They are a minute old. */
export async function listening(
  client: DynamoDBDocumentClient,
  tables: { readonly connections: string; readonly subscriptions: string },
  connectionIds: readonly string[],
  topic: Topic = "all",
): Promise<void> {
  const { Items = [] } = await client.send(new ScanCommand({ TableName: tables.subscriptions }));
  for (const item of Items)
    await client.send(
      new DeleteCommand({ TableName: tables.subscriptions, Key: { topic: item.topic, place: item.place } }),
    );
  const seconds = Math.floor(Date.now() / 1_000);
  for (const connectionId of connectionIds) {
    const times = { connectedAt: seconds - 60, expiresAt: seconds + 3_600, ttl: seconds + 3_600 };
    const connection = { connectionId, ...times, topics: new Set([topic]) };
    await client.send(new PutCommand({ TableName: tables.connections, Item: connection }));
    const subscription = { topic, place: placeOf(connectionId), ...times };
    await client.send(new PutCommand({ TableName: tables.subscriptions, Item: subscription }));
  }
}
