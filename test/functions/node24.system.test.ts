import { spawn } from "node:child_process";
import path from "node:path";
import { text } from "node:stream/consumers";
import { ScanCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type Dynamo, startDynamo } from "../support/doubles/dynamo";
import { broadcastEvent, urlEvent, websocketEvent } from "../support/doubles/events";
import { behaviours, type Gateway, startGateway } from "../support/doubles/gateway";
import { startKms } from "../support/doubles/kms";
import type { Listening } from "../support/doubles/servers/http-server";
import { node24 } from "../support/node-24";

const keyArn = "arn:aws:kms:ap-northeast-1:000000000000:key/signing";
let dynamo: Dynamo;
let kms: Listening;
let gateway: Gateway;
let variables: Record<string, string>;
beforeAll(async () => {
  dynamo = await startDynamo();
  kms = await startKms(keyArn);
  gateway = await startGateway((id) => (id === "gone=" ? behaviours["is gone, without a body"] : behaviours.delivers));
  variables = {
    APP_ENVIRONMENT: "development",
    LOG_LEVEL: "INFO",
    APP_DYNAMODB_TABLE_POSTS: await dynamo.create("posts"),
    APP_DYNAMODB_TABLE_COMMENTS: await dynamo.create("comments"),
    APP_DYNAMODB_TABLE_FAVORITES: "none",
    DYNAMODB_TICKETS_TABLE: "none",
    WEBSOCKET_ORIGINS: '["https://blog.example"]',
    WEBSOCKET_WITHOUT_ORIGIN: "refused",
    WEBSOCKET_ANONYMOUS: "on",
    WEBSOCKET_MESSAGES_PER_MINUTE: "120",
    AWS_ENDPOINT_URL_KMS: kms.url,
    FIREBASE_PROJECT_ID: "blogapp-test",
    SIGNING_KEY_ID: keyArn,
    API_DOCS: "off",
    APP_SERVERLESS_WEBSOCKET_ENDPOINT: "http://127.0.0.1:9/development/broadcast/comments",
    WEBSOCKET_URL: "wss://ws.example/development",
    DYNAMODB_CONNECTIONS_TABLE: await dynamo.create("connections"),
    DYNAMODB_SUBSCRIPTIONS_TABLE: await dynamo.create("subscriptions"),
    DYNAMODB_WEBSOCKET_USERS_TABLE: await dynamo.create("users"),
    DYNAMODB_CONNECTION_TALLY_TABLE: await dynamo.create("connectionTally"),
    DYNAMODB_DELIVERIES_TABLE: await dynamo.create("deliveries"),
    DELIVERIES_QUEUE_URL: "http://127.0.0.1:9/1/deliveries",
    DELIVERY_THRESHOLD: "1000",
    WEBSOCKET_API_ENDPOINT: gateway.url,
    AWS_ENDPOINT_URL_DYNAMODB: dynamo.endpoint,
  };
});
afterAll(async () => {
  await gateway.stop();
  await kms.stop();
  await dynamo.stop();
});

const connect = "functions/websocket-connect/index.cjs";
const disconnect = "functions/websocket-disconnect/index.cjs";
const echo = "functions/websocket-default/index.cjs";
const broadcast = "functions/websocket-broadcast/index.cjs";
const api = "api/index.mjs";

async function invoke(calls: readonly { bundle: string; event: unknown }[]) {
  const script = path.resolve(__dirname, "../support/invoke-bundles.mjs");
  const child = spawn(node24(), [script], {
    env: { ...process.env, ...variables },
    stdio: ["pipe", "pipe", "pipe"],
  });
  child.stdin.end(JSON.stringify(calls));
  const [printed, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const last = printed.trim().split("\n").at(-1) ?? "";
  if (!last.startsWith('{"version"')) throw new Error(`${node24()} printed:\n${printed}\n${errors}`);
  return { ...JSON.parse(last), warnings: errors.split("\n").filter((line) => /warning:/i.test(line)) };
}

describe("the built bundles on the Node.js that Lambda runs", () => {
  test("answer every event as they do here", async () => {
    const withJson = { "content-type": "application/json" };
    const { version, answers, warnings } = await invoke([
      { bundle: connect, event: websocketEvent("CONNECT", "a=") },
      { bundle: connect, event: websocketEvent("CONNECT", "gone=") },
      { bundle: connect, event: {} },
      { bundle: echo, event: websocketEvent("MESSAGE", "a=", "日本 🎌") },
      { bundle: echo, event: null },
      { bundle: broadcast, event: broadcastEvent({ id: "m1", type: "test", data: { message: "test" } }) },
      { bundle: broadcast, event: broadcastEvent({ type: "test" }) },
      { bundle: broadcast, event: {} },
      { bundle: disconnect, event: websocketEvent("DISCONNECT", "a=") },
      { bundle: disconnect, event: websocketEvent("MESSAGE", "a=", "") },
      { bundle: api, event: urlEvent("GET", "/health") },
      {
        bundle: api,
        event: urlEvent("POST", "/api/v1/posts", { headers: withJson, body: '{"title":"t","content":"c"}' }),
      },
      { bundle: api, event: urlEvent("GET", "/api/v1/posts?limit=1") },
      { bundle: api, event: urlEvent("GET", "/api/v1/posts/%Ft") },
      { bundle: api, event: urlEvent("HEAD", "/health", { body: "x" }) },
      { bundle: api, event: [] },
    ]);
    expect(version).toBe("v24.21.0");
    expect(warnings).toEqual([]);
    expect(answers.map(({ statusCode }: { statusCode: number }) => statusCode)).toEqual([
      200, 200, 400, 200, 400, 200, 400, 403, 200, 400, 200, 401, 200, 400, 200, 400,
    ]);
    expect(answers[3]).toEqual({ statusCode: 200, body: "日本 🎌", isBase64Encoded: false });
    expect(JSON.parse(answers[5].body)).toMatchObject({ id: "m1", attempted: 2, delivered: 1, gone: 1 });
    expect(gateway.received.map(({ text }) => text)).toEqual(
      Array(2).fill('{"id":"m1","type":"test","data":{"message":"test"}}'),
    );
    expect(JSON.parse(answers[10].body)).toMatchObject({ status: "healthy", environment: "development" });
    expect(JSON.parse(answers[12].body)).toEqual({ items: [], next_cursor: null });
    const { Items } = await dynamo.client.send(new ScanCommand({ TableName: variables.DYNAMODB_CONNECTIONS_TABLE }));
    // It connected a moment ago: what says that it is gone may be about the moment before.
    expect(Items).toMatchObject([{ connectionId: "gone=" }]);
  });
});
