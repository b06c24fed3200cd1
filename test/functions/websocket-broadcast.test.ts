import { ScanCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from "@jest/globals";
import fc from "fast-check";
import { until } from "../local/until";
import { type Dynamo, startDynamo } from "../support/doubles/dynamo";
import { broadcastEvent, contextWith } from "../support/doubles/events";
import { type Behaviour, behaviours, type Gateway, startGateway } from "../support/doubles/gateway";
import { listening } from "../support/doubles/listening";
import { capturePrinted } from "../support/doubles/printed";
import { dynamoError, type FaultyProxy, faultyProxy } from "../support/doubles/servers/faulty-proxy";
import { type Queue, startQueue } from "../support/doubles/servers/queue";

const message = { type: "comment.created", data: { content: "日本" }, id: "m1" };

let printed: ReturnType<typeof capturePrinted>;
let dynamo: Dynamo;
let proxy: FaultyProxy;
let gateway: Gateway;
let queue: Queue;
let tables: { connections: string; subscriptions: string };
/** How the gateway treats `b=`; `a=` is always well. */
let behaviour: Behaviour;
let toEveryone: Behaviour | undefined;
let handler: typeof import("../../functions/websocket-broadcast").handler;
beforeAll(async () => {
  printed = capturePrinted();
  dynamo = await startDynamo();
  proxy = await faultyProxy(dynamo.endpoint);
  gateway = await startGateway((id) => toEveryone ?? (id === "b=" ? behaviour : behaviours.delivers));
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
    DELIVERY_THRESHOLD: "3",
    WEBSOCKET_API_ENDPOINT: gateway.url,
    AWS_ENDPOINT_URL_DYNAMODB: proxy.url,
    AWS_ENDPOINT_URL_SQS: queue.url,
  });
  ({ handler } = await import("../../functions/websocket-broadcast"));
});
afterAll(async () => {
  await gateway.stop();
  await queue.stop();
  await proxy.stop();
  await dynamo.stop();
});

beforeEach(async () => {
  behaviour = behaviours.delivers;
  toEveryone = undefined;
  proxy.plan([]);
  printed.clear();
  queue.clear();
  await listening(dynamo.client, tables, ["a=", "b="]);
});
afterEach(() => proxy.plan([]));

async function call(event: unknown, milliseconds?: number) {
  const { statusCode, headers, body } = await handler(event, contextWith(milliseconds));
  return { statusCode, type: headers?.["content-type"], body: JSON.parse(body ?? "") };
}

const known = async () =>
  ((await dynamo.client.send(new ScanCommand({ TableName: tables.connections }))).Items ?? [])
    .map(({ connectionId }) => connectionId)
    .sort();

describe("the broadcast function", () => {
  test("sends the message to everyone who is connected and says what became of it", async () => {
    const before = gateway.received.length;
    expect(await call(broadcastEvent(message))).toEqual({
      statusCode: 200,
      type: "application/json",
      body: { id: "m1", attempted: 2, delivered: 2, gone: 0, failed: 0, left: 0, segments: 0 },
    });
    const sent = gateway.received.slice(before);
    expect(sent.map(({ connectionId }) => connectionId).sort()).toEqual(["a=", "b="]);
    for (const { text } of sent) expect(text).toBe('{"id":"m1","type":"comment.created","data":{"content":"日本"}}');
  });

  test("logs one line with the caller's request id, and nothing of the message's content", async () => {
    await call(broadcastEvent(message));
    expect(printed.lines()).toMatchObject([{ level: "INFO", delivered: 2, request_id: "request-1", id: "m1" }]);
    expect(JSON.stringify(printed.lines())).not.toContain("日本");
  });

  test("makes up an id for a message that has none", async () => {
    const { body } = await call(broadcastEvent({ type: "test", data: { message: "test" } }));
    expect(body.id).toMatch(/^[0-9a-f-]{36}$/);
  });

  test("reads a body that came as base64", async () => {
    const body = Buffer.from(JSON.stringify(message)).toString("base64");
    expect((await call(broadcastEvent("", { body, isBase64Encoded: true }))).body).toMatchObject({
      id: "m1",
      delivered: 2,
    });
  });

  test("forgets whom the gateway no longer knows", async () => {
    behaviour = behaviours["is gone, without a body"];
    expect((await call(broadcastEvent(message))).body).toMatchObject({ delivered: 1, gone: 1 });
    expect(await known()).toEqual(["a="]);
  });

  test("answers 200 although it did not reach everyone", async () => {
    behaviour = behaviours["is told that the message is too large"];
    expect(await call(broadcastEvent(message))).toMatchObject({ statusCode: 200, body: { delivered: 1, failed: 1 } });
  });

  test("answers 502 if sending is forbidden, logs it as an error and forgets nobody", async () => {
    toEveryone = behaviours.forbids;
    const { statusCode, body } = await call(broadcastEvent(message));
    expect({ statusCode, body }).toMatchObject({ statusCode: 502, body: { request_id: "request-1" } });
    expect(printed.lines()).toContainEqual(expect.objectContaining({ level: "ERROR", request_id: "request-1" }));
    expect(await known()).toEqual(["a=", "b="]);
  });

  test.each([
    ["nothing", undefined],
    ["null", "null"],
    ["text", "hello"],
    ["a list", []],
    ["a message without data", { type: "test" }],
    ["a message without a type", { data: {} }],
    ["a type that is none", { type: "$connect", data: {} }],
    ["a field too many", { ...message, connectionId: "a=" }],
    ["a prototype", '{"type":"test","data":{"__proto__":{"admin":true}}}'],
    ["half a character", '{"type":"test","data":{"text":"\\ud800"}}'],
    ["a deep object", `{"type":"test","data":{"a":${"[".repeat(30_000)}${"]".repeat(30_000)}}}`],
  ])("refuses %s with 400 and the reason", async (_, body) => {
    const answer = await call(broadcastEvent(body, body === undefined ? { body: null } : {}));
    expect(answer).toMatchObject({
      statusCode: 400,
      type: "application/problem+json",
      body: { request_id: "request-1" },
    });
    expect(answer.body.errors).toHaveLength(1);
  });

  test.each([
    [32_768, 200],
    [32_769, 413],
  ])("answers to a message of %i bytes, characters of several bytes among them, with %i", async (bytes, expected) => {
    const empty = { id: "m", type: "t", data: { text: "" } };
    const free = bytes - Buffer.byteLength(JSON.stringify(empty));
    const text = "日".repeat(Math.floor(free / 3)) + "x".repeat(free % 3);
    expect((await call(broadcastEvent({ ...empty, data: { text } }))).statusCode).toBe(expected);
  });

  test("refuses a body that no message fits before it parses it", async () => {
    expect(await call(broadcastEvent("[".repeat(6_000_000)))).toMatchObject({ statusCode: 413 });
  });

  test.each([
    ["nothing", undefined],
    ["no request", {}],
    ["a request that nobody signed", broadcastEvent(message, { requestContext: { http: { method: "POST" } } })],
    [
      "a request of a signed route, without who signed it",
      broadcastEvent(message, { requestContext: { authorizer: { iam: {} } } }),
    ],
  ])("refuses %s with 403", async (_, event) => {
    const before = gateway.received.length;
    expect(await call(event)).toMatchObject({ statusCode: 403, type: "application/problem+json" });
    expect(gateway.received.length).toBe(before);
  });

  test("answers 503 if the connections cannot be read", async () => {
    proxy.plan([], dynamoError(500, "InternalServerError"));
    expect(await call(broadcastEvent(message))).toMatchObject({ statusCode: 503 });
    expect(printed.lines()).toMatchObject([{ level: "ERROR", request_id: "request-1" }]);
  });

  test("answers 500 and says nothing more if it may not read them", async () => {
    proxy.plan([], dynamoError(400, "AccessDeniedException"));
    const { statusCode, body } = await call(broadcastEvent(message));
    expect(statusCode).toBe(500);
    expect(JSON.stringify(body)).not.toContain("AccessDenied");
  });

  test("stops two seconds before Lambda stops it, and leaves to the queue whom it did not reach", async () => {
    toEveryone = behaviours["never answers"];
    const before = gateway.received.length;
    const deadline = new AbortController();
    const timeout = jest.spyOn(AbortSignal, "timeout").mockReturnValue(deadline.signal);
    const answer = call(broadcastEvent(message), 29_000);
    await until(() => gateway.received.length === before + 2);
    expect(timeout.mock.calls).toEqual([[27_000]]);
    timeout.mockRestore();
    deadline.abort();
    expect(await answer).toMatchObject({ statusCode: 202, body: { attempted: 2, delivered: 0, left: 2, segments: 0 } });
    expect(queue.bodies()).toMatchObject([
      { kind: "stragglers", id: "m1", connections: [{ connectionId: "a=" }, { connectionId: "b=" }] },
    ]);
  });

  test.each([1_000, 0, -5])("leaves everything to the queue when %i ms are left", async (milliseconds) => {
    const body = { ...message, id: `late${milliseconds}` };
    expect(await call(broadcastEvent(body), milliseconds)).toMatchObject({
      statusCode: 202,
      body: { attempted: 0, segments: 1 },
    });
    expect(queue.bodies()).toMatchObject([{ kind: "segment", id: body.id, topics: ["all"], number: 0 }]);
  });

  test("sends to as many as one function does, and leaves the rest to the queue", async () => {
    await listening(dynamo.client, tables, ["c=", "d=", "e=", "f=", "g="]);
    const before = gateway.received.length;
    const { statusCode, body } = await call(broadcastEvent({ ...message, id: "many" }));
    expect({ statusCode, body }).toMatchObject({ statusCode: 202, body: { attempted: 3, delivered: 3 } });
    expect(gateway.received.slice(before)).toHaveLength(3);
    expect(queue.bodies()).toHaveLength(body.segments);
  });

  test("sends what is about a post to those who listen to the post, too", async () => {
    await listening(dynamo.client, tables, ["p="], "post:p1");
    const before = gateway.received.length;
    await call(broadcastEvent({ ...message, post_id: "p2", id: "other" }));
    await call(broadcastEvent({ ...message, post_id: "p1", id: "mine" }));
    const ids = gateway.received.slice(before).map(({ connectionId }) => connectionId);
    expect(ids.filter((id) => id === "p=")).toHaveLength(1);
  });

  test("answers whatever the event", async () => {
    const garbage = fc.anything({ maxDepth: 2 });
    await fc.assert(
      fc.asyncProperty(
        fc.record(
          { body: garbage, headers: garbage, isBase64Encoded: garbage, requestContext: garbage },
          { requiredKeys: [] },
        ),
        fc.boolean(),
        async (changed, alone) => {
          const { statusCode } = await handler(alone ? changed : broadcastEvent(message, changed), contextWith());
          expect([200, 202, 400, 403]).toContain(statusCode);
        },
      ),
      { numRuns: 100 },
    );
  });
});
