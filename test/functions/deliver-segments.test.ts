import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { type Dynamo, startDynamo } from "../support/doubles/dynamo";
import { contextWith } from "../support/doubles/events";
import { type Behaviour, behaviours, type Gateway, startGateway } from "../support/doubles/gateway";
import { listening } from "../support/doubles/listening";
import { capturePrinted } from "../support/doubles/printed";
import { type Queue, startQueue } from "../support/doubles/servers/queue";

const text = '{"id":"m1","type":"comment.created","data":{"content":"日本"}}';

let printed: ReturnType<typeof capturePrinted>;
let dynamo: Dynamo;
let gateway: Gateway;
let queue: Queue;
let tables: { connections: string; subscriptions: string };
let behaviour: Behaviour;
let handler: typeof import("../../functions/deliver-segments").handler;
beforeAll(async () => {
  printed = capturePrinted();
  dynamo = await startDynamo();
  gateway = await startGateway((id) => (id === "b=" ? behaviour : behaviours.delivers));
  queue = await startQueue();
  tables = { connections: await dynamo.create("connections"), subscriptions: await dynamo.create("subscriptions") };
  Object.assign(process.env, {
    APP_ENVIRONMENT: "development",
    LOG_LEVEL: "INFO",
    DYNAMODB_CONNECTIONS_TABLE: tables.connections,
    DYNAMODB_SUBSCRIPTIONS_TABLE: tables.subscriptions,
    DYNAMODB_WEBSOCKET_USERS_TABLE: await dynamo.create("users"),
    DYNAMODB_CONNECTION_TALLY_TABLE: await dynamo.create("connectionTally"),
    DYNAMODB_DELIVERIES_TABLE: await dynamo.create("deliveries"),
    DELIVERIES_QUEUE_URL: `${queue.url}/1/deliveries`,
    WEBSOCKET_API_ENDPOINT: gateway.url,
    AWS_ENDPOINT_URL_DYNAMODB: dynamo.endpoint,
    AWS_ENDPOINT_URL_SQS: queue.url,
  });
  ({ handler } = await import("../../functions/deliver-segments"));
});
afterAll(async () => {
  await gateway.stop();
  await queue.stop();
  await dynamo.stop();
});

let id = "";
let count = 0;
beforeEach(async () => {
  id = `m${++count}`;
  behaviour = behaviours.delivers;
  queue.clear();
  printed.clear();
  await listening(dynamo.client, tables, ["a=", "b="]);
});

const segment = (changed: object = {}) => ({ kind: "segment", id, text, topics: ["all"], number: 0, ...changed });

/** Calls the function as Lambda calls it with messages of the queue. */
function call(...bodies: readonly (object | string)[]) {
  const Records = bodies.map((body, place) => ({
    messageId: `queue-${place}`,
    receiptHandle: "handle",
    body: typeof body === "string" ? body : JSON.stringify(body),
    attributes: { ApproximateReceiveCount: "1" },
    eventSource: "aws:sqs",
  }));
  return handler({ Records }, contextWith());
}

const failing = (...places: readonly number[]) => ({
  batchItemFailures: places.map((place) => ({ itemIdentifier: `queue-${place}` })),
});

describe("the worker of deliveries", () => {
  test("sends a segment's subscribers the message, byte for byte, once", async () => {
    const before = gateway.received.length;
    expect(await call(segment())).toEqual(failing());
    expect(await call(segment())).toEqual(failing());
    const sent = gateway.received.slice(before);
    expect(sent.map((one) => `${one.connectionId} ${one.text}`).sort()).toEqual([`a= ${text}`, `b= ${text}`]);
    expect(printed.lines()).toMatchObject([
      { level: "INFO", message_id: id, state: "finished", delivered: 2 },
      { level: "INFO", message_id: id, state: "was finished", delivered: 0 },
    ]);
    expect(JSON.stringify(printed.lines())).not.toContain("日本");
  });

  test("hands on whom it cannot reach, and tries those again that others handed on", async () => {
    behaviour = behaviours["is throttled"];
    expect(await call(segment())).toEqual(failing());
    const [task] = queue.bodies() as [object];
    expect(task).toMatchObject({ kind: "stragglers", id, round: 1, text, connections: [{ connectionId: "b=" }] });
    behaviour = behaviours.delivers;
    const before = gateway.received.length;
    expect(await call(task)).toEqual(failing());
    expect(gateway.received.slice(before).map(({ connectionId }) => connectionId)).toEqual(["b="]);
  });

  test.each(["", "{", "null", "{}", '{"kind":"segment"}'])(
    "reports a message that is no task as failed: %j",
    async (body) => {
      expect(await call(body, segment())).toEqual(failing(0));
      expect(printed.lines()).toContainEqual(expect.objectContaining({ level: "ERROR", queue_message_id: "queue-0" }));
      expect(printed.lines()).toContainEqual(expect.objectContaining({ level: "INFO", state: "finished" }));
    },
  );

  test("fails as a whole when sending is forbidden, so that its alarm goes off", async () => {
    behaviour = behaviours.forbids;
    await expect(call(segment())).rejects.toThrow("forbid");
  });

  test.each([undefined, null, {}, { Records: [{}] }])("fails for an event that is not a queue's: %j", async (event) => {
    await expect(handler(event, contextWith())).rejects.toThrow();
  });
});
