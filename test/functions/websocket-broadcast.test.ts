import { PutCommand, ScanCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from "@jest/globals";
import fc from "fast-check";
import { until } from "../local/until";
import { type Dynamo, startDynamo } from "../support/doubles/dynamo";
import { broadcastEvent, contextWith } from "../support/doubles/events";
import { type Behaviour, behaviours, type Gateway, startGateway } from "../support/doubles/gateway";
import { capturePrinted } from "../support/doubles/printed";
import { dynamoError, type FaultyProxy, faultyProxy } from "../support/doubles/servers/faulty-proxy";

const message = { type: "comment.created", data: { content: "日本" }, id: "m1" };

let printed: ReturnType<typeof capturePrinted>;
let dynamo: Dynamo;
let proxy: FaultyProxy;
let gateway: Gateway;
let table: string;
/** How the gateway treats `b=`; `a=` is always well. */
let behaviour: Behaviour;
let toEveryone: Behaviour | undefined;
let handler: typeof import("../../functions/websocket-broadcast").handler;
beforeAll(async () => {
  printed = capturePrinted();
  dynamo = await startDynamo();
  proxy = await faultyProxy(dynamo.endpoint);
  gateway = await startGateway((id) => toEveryone ?? (id === "b=" ? behaviour : behaviours.delivers));
  table = await dynamo.create("connections");
  Object.assign(process.env, {
    APP_ENVIRONMENT: "development",
    LOG_LEVEL: "INFO",
    DYNAMODB_CONNECTIONS_TABLE: table,
    DYNAMODB_SUBSCRIPTIONS_TABLE: await dynamo.create("subscriptions"),
    DYNAMODB_WEBSOCKET_USERS_TABLE: await dynamo.create("users"),
    DYNAMODB_CONNECTION_TALLY_TABLE: await dynamo.create("connectionTally"),
    WEBSOCKET_API_ENDPOINT: gateway.url,
    AWS_ENDPOINT_URL_DYNAMODB: proxy.url,
  });
  ({ handler } = await import("../../functions/websocket-broadcast"));
});
afterAll(async () => {
  await gateway.stop();
  await proxy.stop();
  await dynamo.stop();
});

beforeEach(async () => {
  behaviour = behaviours.delivers;
  toEveryone = undefined;
  proxy.plan([]);
  printed.clear();
  const seconds = Math.floor(Date.now() / 1000);
  for (const connectionId of ["a=", "b="]) {
    const Item = { connectionId, connectedAt: seconds - 60, ttl: seconds + 60 };
    await dynamo.client.send(new PutCommand({ TableName: table, Item }));
  }
});
afterEach(() => proxy.plan([]));

async function call(event: unknown, milliseconds?: number) {
  const { statusCode, headers, body } = await handler(event, contextWith(milliseconds));
  return { statusCode, type: headers?.["content-type"], body: JSON.parse(body ?? "") };
}

const known = async () =>
  ((await dynamo.client.send(new ScanCommand({ TableName: table }))).Items ?? [])
    .map(({ connectionId }) => connectionId)
    .sort();

describe("the broadcast function", () => {
  test("sends the message to everyone who is connected and says what became of it", async () => {
    const before = gateway.received.length;
    expect(await call(broadcastEvent(message))).toEqual({
      statusCode: 200,
      type: "application/json",
      body: { id: "m1", attempted: 2, delivered: 2, gone: 0, throttled: 0, failed: 0, skipped: 0, truncated: false },
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
    ["a deep object", `{"type":"test","data":{"a":${"[".repeat(60_000)}${"]".repeat(60_000)}}}`],
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
    [131_072, 200],
    [131_073, 413],
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

  test("stops two seconds before Lambda stops it, and says that it did not reach everyone", async () => {
    toEveryone = behaviours["never answers"];
    const before = gateway.received.length;
    const deadline = new AbortController();
    const timeout = jest.spyOn(AbortSignal, "timeout").mockReturnValue(deadline.signal);
    const answer = call(broadcastEvent(message), 29_000);
    await until(() => gateway.received.length === before + 2);
    expect(timeout.mock.calls).toEqual([[27_000]]);
    timeout.mockRestore();
    deadline.abort();
    expect(await answer).toMatchObject({ statusCode: 200, body: { attempted: 2, delivered: 0, failed: 2 } });
  });

  test.each([1_000, 0, -5])("answers at once, having sent nothing, when %i ms are left", async (milliseconds) => {
    proxy.plan([], "hang");
    expect(await call(broadcastEvent(message), milliseconds)).toMatchObject({
      statusCode: 200,
      body: { attempted: 0, truncated: true },
    });
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
          expect([200, 400, 403]).toContain(statusCode);
        },
      ),
      { numRuns: 100 },
    );
  });
});
