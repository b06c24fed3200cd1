import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { type Dynamo, startDynamo } from "../support/doubles/dynamo";
import { contextWith } from "../support/doubles/events";
import { commentOf, postId, postOf, tombstoneOf } from "../support/doubles/examples";
import { capturePrinted } from "../support/doubles/printed";
import { type Queue, startQueue } from "../support/doubles/servers/queue";
import { dynamoStores, newTables, type Stores, type TableNames } from "../support/doubles/stores";
import { sequenceOf, streamRecord } from "../support/doubles/stream-records";

const DELETED_AT = "2020-01-01T00:00:00.000Z";
const deletion = { post_id: postId(1), deleted_at: DELETED_AT };
const tombstone = { ...tombstoneOf(1, DELETED_AT), feed: "deleted", created_at: DELETED_AT };

let printed: ReturnType<typeof capturePrinted>;
let dynamo: Dynamo;
let queue: Queue;
let tables: TableNames;
let stores: Stores;
let takes: boolean;
let handler: typeof import("../../functions/finish-deletions").handler;
let sweep: typeof import("../../functions/sweep").handler;
beforeAll(async () => {
  printed = capturePrinted();
  dynamo = await startDynamo();
  queue = await startQueue(() => (takes ? "taken" : "failed"));
  tables = await newTables(dynamo);
  stores = dynamoStores(dynamo.client, tables);
  Object.assign(process.env, {
    APP_ENVIRONMENT: "development",
    LOG_LEVEL: "INFO",
    APP_DYNAMODB_TABLE_POSTS: tables.posts,
    APP_DYNAMODB_TABLE_COMMENTS: tables.comments,
    APP_DYNAMODB_TABLE_FAVORITES: tables.favorites,
    DELETIONS_QUEUE_URL: `${queue.url}/1/deletions`,
    DYNAMODB_CONNECTIONS_TABLE: await dynamo.create("connections"),
    DYNAMODB_SUBSCRIPTIONS_TABLE: await dynamo.create("subscriptions"),
    DYNAMODB_WEBSOCKET_USERS_TABLE: await dynamo.create("users"),
    DYNAMODB_CONNECTION_TALLY_TABLE: await dynamo.create("connectionTally"),
    DYNAMODB_TICKETS_TABLE: await dynamo.create("tickets"),
    AWS_ENDPOINT_URL_DYNAMODB: dynamo.endpoint,
    AWS_ENDPOINT_URL_SQS: queue.url,
  });
  ({ handler } = await import("../../functions/finish-deletions"));
  ({ handler: sweep } = await import("../../functions/sweep"));
});
afterAll(async () => {
  await queue.stop();
  await dynamo.stop();
});
beforeEach(async () => {
  takes = true;
  queue.clear();
  printed.clear();
  const put = (TableName: string, Item: object) => dynamo.client.send(new PutCommand({ TableName, Item: { ...Item } }));
  await put(tables.posts, tombstone);
  for (const n of [1, 2, 3]) await put(tables.comments, { ...commentOf(n), request: "r" });
  await put(tables.favorites, { user_id: "ann", post_id: postId(1), created_at: "2026" });
});

const left = async () => (await stores.comments.newestOf(postId(1), 100)).items.length;
const message = (body: unknown, n = 0) => ({
  ...{ messageId: `queue-${n}`, receiptHandle: "handle", eventSource: "aws:sqs" },
  body: typeof body === "string" ? body : JSON.stringify(body),
});
const call = (Records: readonly object[], context = contextWith()) => handler({ Records }, context);
const none = { batchItemFailures: [] };

describe("the worker of deletions", () => {
  test("hands what the stream tells of to the queue", async () => {
    const records = [1, 2].map((n) => streamRecord("posts", n, { before: postOf(1), after: tombstone }));
    expect(await call(records)).toEqual(none);
    expect(queue.bodies()).toEqual([deletion, deletion]);
    expect(await left()).toBe(3);
  });

  test("goes on in the stream where the queue did not take one", async () => {
    takes = false;
    const records = [1, 2].map((n) => streamRecord("posts", n, { before: postOf(1), after: tombstone }));
    expect(await call(records)).toEqual({ batchItemFailures: [{ itemIdentifier: sequenceOf(1) }] });
    expect(printed.lines()).toContainEqual(expect.objectContaining({ level: "ERROR" }));
  });

  test("removes what the queue tells of, and settles the tombstone, as often as it is told", async () => {
    for (const _ of ["once", "twice"]) expect(await call([message(deletion)])).toEqual(none);
    expect(await left()).toBe(0);
    expect((await stores.favorites.newestOf("ann", 10)).items).toEqual([]);
    expect(await stores.posts.tombstone(postId(1))).toBeUndefined();
    expect(printed.lines()).toContainEqual(expect.objectContaining({ outcome: "finished" }));
  });

  test("gives back to the queue what it has no time for", async () => {
    expect(await call([message(deletion)], contextWith(1_000))).toEqual(none);
    expect(queue.bodies()).toEqual([deletion]);
    expect(printed.lines()).toContainEqual(expect.objectContaining({ outcome: "handed on" }));
  });

  test("reports messages that are no deletions, and handles the others", async () => {
    expect(await call([message("{"), message({}, 1), message(deletion, 2)])).toEqual({
      batchItemFailures: [{ itemIdentifier: "queue-0" }, { itemIdentifier: "queue-1" }],
    });
    expect(await left()).toBe(0);
  });

  test.each([undefined, {}, { Records: [{}] }])("fails for an event of neither: %j", async (event) => {
    await expect(handler(event, contextWith())).rejects.toThrow();
  });
});

describe("the sweep", () => {
  test("hands deletions to the queue that nobody finished", async () => {
    await sweep({}, contextWith());
    expect(queue.bodies()).toEqual([deletion]);
    expect(printed.lines()).toContainEqual(
      expect.objectContaining({ message: "Sweep", deletions: 1, connections: 0, tickets: 0 }),
    );
  });

  test("fails if the queue does not take them, so that it is called again", async () => {
    takes = false;
    await expect(sweep({}, contextWith())).rejects.toThrow("The queue did not take 1 of 1 deletions");
  });
});
