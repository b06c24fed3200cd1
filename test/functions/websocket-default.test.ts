import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { newConnection } from "../../domain/realtime/connections";
import { type Dynamo, startDynamo } from "../support/doubles/dynamo";
import { contextWith, websocketEvent } from "../support/doubles/events";
import { capturePrinted } from "../support/doubles/printed";
import { dynamoError, type FaultyProxy, faultyProxy } from "../support/doubles/servers/faulty-proxy";
import { type Listening, serve } from "../support/doubles/servers/http-server";

const LIMIT = 60;
let dynamo: Dynamo;
let proxy: FaultyProxy;
let gateway: Listening;
let closed: string[];
let status: number;
let table: string;
let printed: ReturnType<typeof capturePrinted>;
let handler: typeof import("../../functions/websocket-default").handler;
beforeAll(async () => {
  printed = capturePrinted();
  dynamo = await startDynamo();
  proxy = await faultyProxy(dynamo.endpoint);
  gateway = await serve(({ method, path, headers }, response) => {
    expect(headers.authorization).toMatch(/^AWS4-HMAC-SHA256 /);
    closed.push(`${method} ${path}`);
    response.writeHead(status).end();
  });
  table = await dynamo.create("connections");
  Object.assign(process.env, {
    APP_ENVIRONMENT: "development",
    LOG_LEVEL: "INFO",
    DYNAMODB_CONNECTIONS_TABLE: table,
    DYNAMODB_SUBSCRIPTIONS_TABLE: await dynamo.create("subscriptions"),
    WEBSOCKET_MESSAGES_PER_MINUTE: String(LIMIT),
    WEBSOCKET_API_ENDPOINT: `${gateway.url}/development`,
    AWS_ENDPOINT_URL_DYNAMODB: proxy.url,
  });
  ({ handler } = await import("../../functions/websocket-default"));
});
afterAll(async () => {
  await gateway.stop();
  await proxy.stop();
  await dynamo.stop();
});
let ids = 0;
let connectionId: string;
beforeEach(async () => {
  printed.clear();
  proxy.plan([]);
  closed = [];
  status = 204;
  connectionId = `c${++ids}=`;
  await dynamo.client.send(new PutCommand({ TableName: table, Item: newConnection(connectionId, Date.now()) }));
});
const say = (body: string, id = connectionId) => handler(websocketEvent("MESSAGE", id, body), contextWith());

describe("the default function", () => {
  test.each([
    "hello",
    '["action"]',
    "null",
    "[".repeat(100_000),
    "\u0000",
    "日本 🎌",
    "x".repeat(128 * 1024),
    "",
    '{"text":"{\\"action\\":\\"ping\\"}"}',
  ])("echoes what has no action: %#", async (body) => {
    expect(await say(body)).toEqual({ statusCode: 200, body, isBase64Encoded: false });
  });

  test("echoes bytes as the bytes they are", async () => {
    const body = Buffer.from([0, 255]).toString("base64");
    const event = { ...websocketEvent("MESSAGE", connectionId, body), isBase64Encoded: true };
    expect(await handler(event, contextWith())).toEqual({ statusCode: 200, body, isBase64Encoded: true });
  });

  test.each([undefined, null])("echoes an empty message, which comes as the body %s", async (body) => {
    const event = { ...websocketEvent("MESSAGE", connectionId), body };
    expect(await handler(event, contextWith())).toMatchObject({ statusCode: 200, body: "" });
  });

  test("answers what is asked for", async () => {
    const { body } = await say('{"action":"subscribe","topic":"all","ref":"1"}');
    expect(JSON.parse(String(body))).toEqual({ type: "subscribed", topic: "all", ref: "1" });
  });

  test("cuts off whoever sends far too much, by a signed request, and refuses until then", async () => {
    const answers = [];
    for (let n = 0; n <= 2 * LIMIT; n++) answers.push((await say("hello")).body);
    expect(answers.filter((body) => body === "hello")).toHaveLength(LIMIT);
    expect(JSON.parse(String(answers.at(-1)))).toMatchObject({ type: "error", code: "too_many_messages" });
    expect(closed).toEqual([`DELETE /development/@connections/${encodeURIComponent(connectionId)}`]);
    expect(printed.lines()).toMatchObject([{ level: "WARN", connection_id: connectionId }]);
  });

  test("logs it when it may not cut off, and goes on refusing; a connection that is gone is cut off", async () => {
    status = 403;
    for (let n = 0; n <= 2 * LIMIT; n++) await say("hello");
    expect(printed.lines()).toMatchObject([{ level: "ERROR", error: { message: "The gateway answered 403." } }]);
    status = 410;
    expect(JSON.parse(String((await say("hello")).body))).toMatchObject({ code: "too_many_messages" });
    expect(printed.lines().at(-1)).toMatchObject({ level: "WARN" });
  });

  test("answers 500, says to the client only that it failed, and logs why when the store fails", async () => {
    proxy.plan([], dynamoError(400, "AccessDeniedException"));
    const answer = await say("hello");
    expect(answer.statusCode).toBe(500);
    expect(JSON.parse(String(answer.body))).toEqual({
      type: "error",
      code: "failed",
      message: "The message could not be answered: try again.",
    });
    expect(printed.lines()).toMatchObject([
      { level: "ERROR", request_id: "lambda-1", error: { name: "AccessDeniedException" } },
    ]);
  });

  test.each(["CONNECT", "DISCONNECT"] as const)(
    "refuses an event of the type %s, whatever its body asks",
    async (type) => {
      const event = websocketEvent(type, "a=", '{"eventType":"MESSAGE"}');
      expect(await handler(event, contextWith())).toMatchObject({ statusCode: 400 });
    },
  );

  test("answers 400 to whatever is not an event", async () => {
    await fc.assert(
      fc.asyncProperty(fc.anything(), async (event) => {
        expect(await handler(event, contextWith())).toMatchObject({ statusCode: 400 });
      }),
    );
  });
});
