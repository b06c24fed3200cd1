/** What becomes of messages to more connections than one function sends to, and to those that cannot be reached. */
import { randomBytes, randomUUID } from "node:crypto";
import { BatchWriteCommand, GetCommand, PutCommand, QueryCommand } from "@aws-sdk/lib-dynamodb";
import { expect } from "@jest/globals";
import { connectionAt, placeOf } from "../../domain/realtime/subscriptions";
import type { Client } from "../local/websocket-client";
import { behaviour } from "./behaviour";
import { eventually, type Visit } from "./visit";

const HOUR_SECONDS = 3_600;
/** The most items of one BatchWriteItem. */
const BATCH = 25;

/** Makes the id of a connection that has been closed for long. */
const closedConnection = () => `${randomBytes(11).toString("base64").slice(0, 15)}=`;

/** Reads the places of a topic's subscribers. */
async function placesOf({ platform: { database, tables } }: Visit, topic: string): Promise<readonly string[]> {
  const { Items = [] } = await database.send(
    new QueryCommand({
      TableName: tables.subscriptions,
      KeyConditionExpression: "topic = :topic",
      ExpressionAttributeValues: { ":topic": topic },
      ConsistentRead: true,
    }),
  );
  return Items.map(({ place }) => String(place));
}

/** Connects a client that listens to one post only, and comes neither among the first nor the last of all connections. */
async function listener(visit: Visit, postId: string): Promise<{ readonly client: Client; readonly place: string }> {
  for (;;) {
    const client = await visit.connect({ query: `topics=post:${postId}` });
    const [place = ""] = await placesOf(visit, `post:${postId}`);
    if (place > "4" && place < "f") return { client, place };
    await client.close();
    await eventually("the connection is forgotten", async () => (await placesOf(visit, `post:${postId}`)).length === 0);
  }
}

/** Subscribes connections that are closed: as many before a place as one function sends to, and one at the very end. */
async function addClosed(visit: Visit, topic: string, place: string): Promise<void> {
  const { database, tables, deliveryThreshold } = visit.platform;
  const seconds = Math.floor(Date.now() / 1_000);
  const row = (connectionId: string) => ({
    topic,
    place: placeOf(connectionId),
    connectedAt: seconds - 3 * HOUR_SECONDS,
    ttl: seconds + HOUR_SECONDS,
  });
  const rows: ReturnType<typeof row>[] = [];
  while (rows.length <= deliveryThreshold) {
    const made = row(closedConnection());
    if (made.place < place) rows.push(made);
  }
  let last = closedConnection();
  while (placeOf(last) < "f") last = closedConnection();
  rows.push(row(last));
  const { subscriptions = "", connections } = tables;
  for (let start = 0; start < rows.length; start += BATCH) {
    const requests = rows.slice(start, start + BATCH).map((Item) => ({ PutRequest: { Item } }));
    await database.send(new BatchWriteCommand({ RequestItems: { [subscriptions]: requests } }));
  }
  // Of the first and the last one, everything is left that a connection leaves.
  const [first = ""] = rows.map((one) => one.place).sort();
  for (const connectionId of [connectionAt(first), last]) {
    const { connectedAt, ttl } = row(connectionId);
    const connection = { connectionId, connectedAt, ttl, topics: new Set([topic]), user_id: "behaviour" };
    await database.send(new PutCommand({ TableName: connections, Item: connection }));
  }
}

/** The bytes of a message that fills what lies between a platform and a client, some of the 128 KB that it may have. */
const FILLING = 120_000;
/** So many of those are sent between two looks. */
const AT_ONCE = 10;

/** Stops reading, and has the client sent so much that the gateway does not take any more for it. */
async function stopReading(visit: Visit, client: Client, place: string, postId: string): Promise<void> {
  client.socket.pause();
  const filling = { text: "x".repeat(FILLING) };
  await eventually("the client reads too slowly", async () => {
    await Promise.all(Array.from({ length: AT_ONCE }, () => visit.send(connectionAt(place), filling)));
    const { body } = await visit.broadcast({ type: "test", data: {}, post_id: postId });
    return Number(body.left) > 0;
  });
}

export const delivering = [
  behaviour(
    "a change is told to more than one function tells, and those who are gone are forgotten",
    ["users", "credentials"],
    async (visit) => {
      const alice = await visit.user("alice");
      const everything = await visit.connect({ query: "topics=all" });
      const path = await visit.post(alice);
      const postId = path.slice(path.lastIndexOf("/") + 1);
      const topic = `post:${postId}`;
      // Until it is told, the creation is a message too, which would find some of the closed ones and forget them.
      await everything.first((message) => message.includes(postId));
      await everything.close();
      await addClosed(visit, topic, "f");
      let changes = 0;
      const change = () =>
        visit.call("PUT", path, { as: alice, body: { title: `Changed ${++changes}`, content: "So is this." } });
      await change();
      // Whom a function under load could not forget, it meets again with the next message.
      await eventually("all of them are forgotten", async () => (await placesOf(visit, topic)).length === 0, change);
    },
  ),

  behaviour(
    "a message to more than one function sends to reaches the rest, and who does not read gets it later",
    ["credentials"],
    async (visit) => {
      const { database, tables } = visit.platform;
      const postId = randomUUID();
      const topic = `post:${postId}`;
      const { client, place } = await listener(visit, postId);
      await stopReading(visit, client, place, postId);
      await addClosed(visit, topic, place);
      const message = { id: randomUUID(), type: "test", post_id: postId, data: { message: "test" } };
      const { status, body } = await visit.broadcast(message);
      expect({ status, body }).toMatchObject({ status: 202, body: { id: message.id } });
      expect(body.segments).toBeGreaterThan(0);
      for (let number = 0; number < Number(body.segments); number++) {
        const get = new GetCommand({
          TableName: tables["delivery-progress"],
          Key: { part: `${message.id}#${number}` },
        });
        await eventually("the segment is done", async () => (await database.send(get)).Item?.finished === true);
      }
      // Now, because a message waits half a minute for who does not read, and the rest may take longer.
      client.socket.resume();
      expect(JSON.parse(await client.first((received) => received.includes(message.id)))).toEqual(message);
      await eventually(
        "the closed ones are forgotten",
        async () => (await placesOf(visit, topic)).length === 1,
        () => visit.broadcast({ ...message, id: randomUUID() }),
      );
    },
  ),
];
