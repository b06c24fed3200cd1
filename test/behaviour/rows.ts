/** What the operator sees in the tables. */
import { randomUUID } from "node:crypto";
import { DescribeTableCommand } from "@aws-sdk/client-dynamodb";
import { DeleteCommand, GetCommand, PutCommand, paginateScan, QueryCommand } from "@aws-sdk/lib-dynamodb";
import { expect } from "@jest/globals";
import { CONNECTIONS_PER_USER } from "../../domain/realtime/connections";
import { MOST_TOPICS, placeOf } from "../../domain/realtime/subscriptions";
import type { Client } from "../local/websocket-client";
import { behaviour } from "./behaviour";
import { eventually, idOf, type Visit } from "./visit";

type Row = Record<string, unknown>;

const HOUR_MILLISECONDS = 3_600_000;

/** Stores a row, which is removed at the end. Returns a function that reads it. */
async function store(visit: Visit, table: string, key: Row, rest: Row): Promise<() => Promise<Row | undefined>> {
  const { database, tables } = visit.platform;
  const TableName = tables[table];
  await database.send(new PutCommand({ TableName, Item: { ...rest, ...key } }));
  visit.undo(() => database.send(new DeleteCommand({ TableName, Key: key })));
  return async () => (await database.send(new GetCommand({ TableName, Key: key, ConsistentRead: true }))).Item;
}

/** Returns the rows of the connections by their ids. */
async function connections({ platform: { database, tables } }: Visit): Promise<Map<string, Row>> {
  const rows: Row[] = [];
  const input = { TableName: tables.connections, ConsistentRead: true };
  for await (const { Items = [] } of paginateScan({ client: database }, input)) rows.push(...Items);
  return new Map(rows.map((row) => [String(row.connectionId), row]));
}

/** Connects. Returns the client, and what changes its row. */
async function connected(visit: Visit): Promise<[Client, (attributes: Row) => Promise<unknown>]> {
  const { database, tables } = visit.platform;
  const user = await visit.user("bob");
  const before = await connections(visit);
  const client = await visit.connect({ ticket: await visit.ticket(user) });
  const [row] = [...(await connections(visit))].flatMap(([id, one]) =>
    before.has(id) || one.user_id !== user.uid ? [] : [one],
  );
  expect(row).toBeDefined();
  const change = (attributes: Row) =>
    database.send(new PutCommand({ TableName: tables.connections, Item: { ...row, ...attributes } }));
  return [client, change];
}

/** Connects and closes again. Returns the row that was there in between, which others may have brought about too. */
async function connectionThatClosed(visit: Visit): Promise<Row> {
  const before = await connections(visit);
  const client = await visit.connect();
  const during = [...(await connections(visit))].filter(([id]) => !before.has(id));
  expect(during.length).toBeGreaterThanOrEqual(1);
  await client.close();
  const gone: Row[] = [];
  await eventually("the connection is forgotten", async () => {
    const after = await connections(visit);
    gone.push(...during.filter(([id]) => !after.has(id)).map(([, row]) => row));
    return gone.length > 0;
  });
  return gone[0] ?? {};
}

export const rows = [
  behaviour("every table is there", ["credentials"], async ({ platform: { database, tables } }) => {
    for (const TableName of Object.values(tables)) {
      const { Table } = await database.send(new DescribeTableCommand({ TableName }));
      expect(Table).toMatchObject({ TableName, TableStatus: "ACTIVE" });
    }
  }),

  behaviour("a connection that closes is forgotten", ["credentials"], async (visit) => {
    expect(await connectionThatClosed(visit)).toMatchObject({ connectionId: expect.any(String) });
  }),

  behaviour(
    "connections whose end nobody noticed do not keep their user out when their time is up",
    ["users", "credentials"],
    async (visit) => {
      const { database, tables } = visit.platform;
      const user = await visit.user("bob");
      const key = { user_id: user.uid };
      const ended = Array.from({ length: CONNECTIONS_PER_USER }, (_, n) => `1700000000 behaviour${n}=`);
      const read = await store(visit, "users", key, { open: new Set(ended) });
      const connected = await visit.connect({ ticket: await visit.ticket(user) });
      expect(connected.socket.protocol).toBe("terrace.v1");
      expect((await read())?.open).toHaveProperty("size", 1);
      const still = Math.floor(Date.now() / 1000) + HOUR_MILLISECONDS / 1000;
      const open = new Set(ended.map((entry) => entry.replace("1700000000", String(still))));
      await database.send(new PutCommand({ TableName: tables.users, Item: { ...key, open } }));
      const ticket = await visit.ticket(user);
      await expect(visit.connect({ ticket })).rejects.toThrow("Unexpected server response: 429");
      await connected.close();
    },
  ),

  behaviour("a client that listens to too much is refused", ["users", "credentials"], async (visit) => {
    const [client, change] = await connected(visit);
    await change({ topics: new Set(Array.from({ length: MOST_TOPICS }, (_, n) => `post:${n}`)) });
    const answer = await client.ask(JSON.stringify({ action: "subscribe", topic: "all" }));
    expect(JSON.parse(answer)).toMatchObject({ type: "error", code: "too_many_topics" });
  }),

  behaviour("a client that sends far too much is cut off", ["users", "credentials"], async (visit) => {
    const [client, change] = await connected(visit);
    // More than any environment allows in a minute, and in one that is not over.
    await change({ messages: 2_000_000, minute: Math.floor(Date.now() / 60_000) + 60 });
    client.socket.send("hello");
    expect((await client.closed).code).toBe(1000);
  }),

  behaviour("a broadcast forgets a connection whose end nobody noticed", ["credentials"], async (visit) => {
    const { database, tables } = visit.platform;
    const { connectionId, topics, ttl } = await connectionThatClosed(visit);
    // A connection lasts for two hours and ten minutes at most, so nobody counts this one any more.
    const connectedAt = Math.floor((Date.now() - 3 * HOUR_MILLISECONDS) / 1000);
    const place = placeOf(String(connectionId));
    const user_id = "behaviour";
    visit.undo(() => database.send(new DeleteCommand({ TableName: tables.users, Key: { user_id } })));
    const left = [
      await store(visit, "connections", { connectionId }, { connectedAt, topics, user_id, ttl }),
      await store(visit, "subscriptions", { topic: "all", place }, { connectedAt, ttl }),
    ];
    expect((await visit.broadcast({ type: "test", data: { message: "test" } })).status).toBe(200);
    for (const read of left) expect(await read()).toBeUndefined();
  }),

  behaviour("the sweep finishes a deletion of which nobody heard", ["users", "credentials"], async (visit) => {
    const alice = await visit.user("alice");
    const post_id = randomUUID();
    const created_at = new Date(Date.now() - 2 * HOUR_MILLISECONDS).toISOString();
    const tombstone = { author_id: alice.uid, feed: "deleted", deleted_at: created_at, created_at };
    const post = await store(visit, "posts", { id: post_id }, tombstone);
    const left = [
      await store(visit, "comments", { id: randomUUID() }, { post_id, content: "Left", created_at }),
      await store(visit, "favorites", { user_id: alice.uid, post_id }, { created_at }),
    ];
    await visit.invoke("sweep");
    await eventually("nothing is left of the deletion", async () => {
      const rows = await Promise.all(left.map((read) => read()));
      const tombstone = await post();
      return rows.every((row) => row === undefined) && tombstone?.feed === undefined && "ttl" in (tombstone ?? {});
    });
  }),

  behaviour("the sweep removes connections and tickets whose time is over", ["credentials"], async (visit) => {
    const connectionId = `${randomUUID().slice(0, 15)}=`;
    const ttl = Math.floor((Date.now() - HOUR_MILLISECONDS) / 1000);
    const connectedAt = ttl - 8_000;
    const topics = new Set(["all"]);
    const left = [
      await store(visit, "connections", { connectionId }, { connectedAt, topics, ttl, user_id: "behaviour" }),
      await store(visit, "subscriptions", { topic: "all", place: placeOf(connectionId) }, { connectedAt, ttl }),
      await store(visit, "tickets", { ticket: randomUUID() }, { user_id: "behaviour", ttl }),
    ];
    await visit.invoke("sweep");
    for (const read of left) expect(await read()).toBeUndefined();
  }),

  behaviour("a comment is in its table until its post is deleted", ["users", "credentials"], async (visit) => {
    const { database, tables } = visit.platform;
    const alice = await visit.user("alice");
    const path = await visit.post(alice);
    const id = idOf(await visit.call("POST", `${path}/comments`, { as: alice, body: { content: "Nice" } }));
    const query = new QueryCommand({
      TableName: tables.comments,
      IndexName: "by_post",
      KeyConditionExpression: "post_id = :post",
      ExpressionAttributeValues: { ":post": path.slice(path.lastIndexOf("/") + 1) },
    });
    const ids = async () => (await database.send(query)).Items?.map((row) => row.id);
    await eventually("the index shows the comment", async () => (await ids())?.includes(id) === true);
    expect((await visit.call("DELETE", path, { as: alice })).status).toBe(204);
    await eventually("the comment is removed", async () => (await ids())?.length === 0);
  }),
];
