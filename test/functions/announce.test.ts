import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { type Dynamo, startDynamo } from "../support/doubles/dynamo";
import { contextWith } from "../support/doubles/events";
import { commentOf, postId, postOf } from "../support/doubles/examples";
import { type Behaviour, behaviours, type Gateway, startGateway } from "../support/doubles/gateway";
import { listening } from "../support/doubles/listening";
import { capturePrinted } from "../support/doubles/printed";
import { type Queue, startQueue } from "../support/doubles/servers/queue";
import { sequenceOf, streamRecord } from "../support/doubles/stream-records";

let printed: ReturnType<typeof capturePrinted>;
let dynamo: Dynamo;
let gateway: Gateway;
let queue: Queue;
let behaviour: Behaviour;
let handler: typeof import("../../functions/announce").handler;
beforeAll(async () => {
  printed = capturePrinted();
  dynamo = await startDynamo();
  gateway = await startGateway(() => behaviour);
  queue = await startQueue();
  const tables = {
    connections: await dynamo.create("connections"),
    subscriptions: await dynamo.create("subscriptions"),
  };
  Object.assign(process.env, {
    APP_ENVIRONMENT: "development",
    LOG_LEVEL: "INFO",
    APP_DYNAMODB_TABLE_POSTS: "posts",
    APP_DYNAMODB_TABLE_COMMENTS: "comments",
    DYNAMODB_CONNECTIONS_TABLE: tables.connections,
    DYNAMODB_SUBSCRIPTIONS_TABLE: tables.subscriptions,
    DYNAMODB_WEBSOCKET_USERS_TABLE: await dynamo.create("users"),
    DYNAMODB_CONNECTION_TALLY_TABLE: await dynamo.create("connectionTally"),
    DYNAMODB_DELIVERIES_TABLE: await dynamo.create("deliveries"),
    DELIVERIES_QUEUE_URL: `${queue.url}/1/deliveries`,
    DELIVERY_THRESHOLD: "50",
    WEBSOCKET_API_ENDPOINT: gateway.url,
    AWS_ENDPOINT_URL_DYNAMODB: dynamo.endpoint,
    AWS_ENDPOINT_URL_SQS: queue.url,
  });
  ({ handler } = await import("../../functions/announce"));
  await listening(dynamo.client, tables, ["a="]);
});
afterAll(async () => {
  await gateway.stop();
  await queue.stop();
  await dynamo.stop();
});
beforeEach(() => {
  behaviour = behaviours.delivers;
  printed.clear();
});

const created = (n: number) => streamRecord("comments", n, { after: { ...commentOf(n), request: "r" } });
const nobodys = (n: number) => streamRecord("comments", n, { after: { id: "no comment" } });
const none = { batchItemFailures: [] };
const failed = (n: number) => ({ batchItemFailures: [{ itemIdentifier: sequenceOf(n) }] });

/** Calls the function, and returns its answer with the messages that were sent. */
async function call(Records: readonly object[], context = contextWith()) {
  const before = gateway.received.length;
  const answer = await handler({ Records }, context);
  return { answer, sent: gateway.received.slice(before).map(({ text }) => JSON.parse(text)) };
}

describe("the announcer", () => {
  test("tells of the changes of both tables in their order, under the records' own ids", async () => {
    const { answer, sent } = await call([
      streamRecord("posts", 1, {
        before: { ...postOf(1), feed: "feed#1" },
        after: { ...postOf(1), favorite_count: 3, favorite_changes: 5 },
      }),
      created(2),
    ]);
    expect(answer).toEqual(none);
    expect(sent).toEqual([
      {
        ...{ id: "event-1", type: "favorites.changed", at: "2026-03-04T05:06:07.000Z", post_id: postId(1), version: 5 },
        data: { favorites: 3 },
      },
      {
        ...{ id: "event-2", type: "comment.created", at: commentOf(2).created_at, post_id: postId(1), version: 1 },
        data: commentOf(2),
      },
    ]);
    expect(JSON.stringify(printed.lines())).not.toContain("Comment 2");
  });

  test("says nothing of what goes without saying", async () => {
    expect(await call([streamRecord("comments", 1, { before: commentOf(1) })])).toEqual({ answer: none, sent: [] });
  });

  test("tells again what it is asked to tell again, under the same id", async () => {
    const ids = [await call([created(1)]), await call([created(1)])].map(({ sent }) => sent[0].id);
    expect(ids).toEqual(["event-1", "event-1"]);
  });

  test("stops at the first change that it cannot tell of, and says where to go on", async () => {
    const { answer, sent } = await call([created(1), nobodys(2), created(3)]);
    expect(answer).toEqual(failed(2));
    expect(sent.map(({ id }) => id)).toEqual(["event-1"]);
    expect(printed.lines()).toContainEqual(expect.objectContaining({ level: "ERROR", event_id: "event-2" }));
  });

  test("refuses a record of a table that is not its own", async () => {
    expect((await call([streamRecord("others", 1, { after: postOf(1) })])).answer).toEqual(failed(1));
  });

  test("leaves to the next call what it has no time for, but for the first", async () => {
    const { answer, sent } = await call([created(1), created(2)], contextWith(1_000));
    expect(answer).toEqual(failed(2));
    // What it has no time to send is in the queue.
    expect(sent.length + queue.bodies().length).toBeGreaterThanOrEqual(1);
  });

  test("fails as a whole when sending is forbidden from the first on, so that its alarm goes off", async () => {
    behaviour = behaviours.forbids;
    await expect(handler({ Records: [created(1)] }, contextWith())).rejects.toThrow("forbid");
    const quiet = streamRecord("comments", 1, { before: commentOf(1) });
    expect((await call([quiet, created(2)])).answer).toEqual(failed(2));
  });

  test.each([undefined, null, {}, { Records: [{}] }])(
    "fails for an event that is not a stream's: %j",
    async (event) => {
      await expect(handler(event, contextWith())).rejects.toThrow();
    },
  );
});
