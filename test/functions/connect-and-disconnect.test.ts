import { ScanCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from "@jest/globals";
import fc from "fast-check";
import { type Dynamo, startDynamo } from "../support/doubles/dynamo";
import { contextWith, websocketEvent } from "../support/doubles/events";
import { startKms } from "../support/doubles/kms";
import { capturePrinted } from "../support/doubles/printed";
import { dynamoError, type FaultyProxy, faultyProxy } from "../support/doubles/servers/faulty-proxy";
import type { Listening } from "../support/doubles/servers/http-server";

const keyArn = "arn:aws:kms:ap-northeast-1:000000000000:key/signing";
let dynamo: Dynamo;
let proxy: FaultyProxy;
let kms: Listening;
let table: string;
let tickets: string;
let printed: ReturnType<typeof capturePrinted>;
let connect: typeof import("../../functions/websocket-connect").handler;
let disconnect: typeof import("../../functions/websocket-disconnect").handler;
beforeAll(async () => {
  printed = capturePrinted();
  dynamo = await startDynamo();
  proxy = await faultyProxy(dynamo.endpoint);
  table = await dynamo.create("connections");
  tickets = await dynamo.create("tickets");
  kms = await startKms(keyArn);
  Object.assign(process.env, {
    APP_ENVIRONMENT: "development",
    LOG_LEVEL: "ERROR",
    DYNAMODB_CONNECTIONS_TABLE: table,
    DYNAMODB_SUBSCRIPTIONS_TABLE: await dynamo.create("subscriptions"),
    DYNAMODB_WEBSOCKET_USERS_TABLE: await dynamo.create("users"),
    DYNAMODB_TICKETS_TABLE: tickets,
    SIGNING_KEY_ID: keyArn,
    WEBSOCKET_ORIGINS: '["https://blog.example"]',
    WEBSOCKET_WITHOUT_ORIGIN: "with a ticket",
    WEBSOCKET_ANONYMOUS: "on",
    AWS_ENDPOINT_URL_KMS: kms.url,
    DYNAMODB_CONNECTION_TALLY_TABLE: await dynamo.create("connectionTally"),
    AWS_ENDPOINT_URL_DYNAMODB: proxy.url,
  });
  ({ handler: connect } = await import("../../functions/websocket-connect"));
  ({ handler: disconnect } = await import("../../functions/websocket-disconnect"));
});
afterAll(async () => {
  await proxy.stop();
  await kms.stop();
  await dynamo.stop();
});
beforeEach(() => proxy.plan([]));

const rows = async () => (await dynamo.client.send(new ScanCommand({ TableName: table }))).Items ?? [];

describe("connecting and disconnecting", () => {
  test("remembers a connection for two hours and ten minutes, in seconds, and forgets it", async () => {
    const now = jest.spyOn(Date, "now").mockReturnValue(1_700_000_000_999);
    expect(await connect(websocketEvent("CONNECT", "a="), contextWith())).toEqual({ statusCode: 200 });
    now.mockRestore();
    const connectedAt = 1_700_000_000;
    const expiresAt = connectedAt + 7_200;
    const topics = new Set(["all"]);
    const source = expect.stringMatching(/^[0-9a-f]{32}$/);
    const ttl = connectedAt + 7_800;
    expect(await rows()).toEqual([{ connectionId: "a=", connectedAt, expiresAt, topics, source, ttl }]);
    expect(await disconnect(websocketEvent("DISCONNECT", "a="), contextWith())).toEqual({ statusCode: 200 });
    expect(await rows()).toEqual([]);
  });

  test("is the same done twice, and in the wrong order", async () => {
    expect(await disconnect(websocketEvent("DISCONNECT", "b="), contextWith())).toEqual({ statusCode: 200 });
    for (let n = 0; n < 2; n++)
      expect(await connect(websocketEvent("CONNECT", "b="), contextWith())).toEqual({ statusCode: 200 });
    expect(await rows()).toHaveLength(1);
    for (let n = 0; n < 2; n++)
      expect(await disconnect(websocketEvent("DISCONNECT", "b="), contextWith())).toEqual({ statusCode: 200 });
    expect(await rows()).toEqual([]);
  });

  test.each([
    ["connect", () => connect(websocketEvent("CONNECT", "c="), contextWith())],
    ["disconnect", () => disconnect(websocketEvent("DISCONNECT", "c="), contextWith())],
  ])("%s answers 500, says nothing more and logs why when the store fails", async (_, call) => {
    printed.clear();
    proxy.plan([], dynamoError(400, "AccessDeniedException"));
    expect(await call()).toEqual({ statusCode: 500 });
    expect(printed.lines()).toMatchObject([
      { level: "ERROR", environment: "development", request_id: "lambda-1", error: { name: "AccessDeniedException" } },
    ]);
  });

  test("answers 400 to an event of another kind, whatever its body asks", async () => {
    const body = '{"action":"$connect"}';
    expect(await connect(websocketEvent("MESSAGE", "d=", body), contextWith())).toEqual({ statusCode: 400 });
    expect(await disconnect(websocketEvent("MESSAGE", "d=", body), contextWith())).toEqual({ statusCode: 400 });
    expect(proxy.requests).toBe(0);
  });

  test("answers 400 to whatever is not an event, and touches nothing", async () => {
    const context = fc.oneof(
      fc.anything(),
      fc.record({
        requestContext: fc.record({
          eventType: fc.constantFrom("CONNECT", "DISCONNECT"),
          connectionId: fc.constantFrom("", 7, null, "x".repeat(129)),
        }),
      }),
    );
    await fc.assert(
      fc.asyncProperty(context, async (event) => {
        expect(await connect(event, contextWith())).toEqual({ statusCode: 400 });
        expect(await disconnect(event, contextWith())).toEqual({ statusCode: 400 });
      }),
    );
    expect(proxy.requests).toBe(0);
  });
});
