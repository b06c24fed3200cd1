import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { version } from "../../package.json";
import { type Dynamo, startDynamo } from "../support/doubles/dynamo";
import { urlEvent } from "../support/doubles/events";
import { type Listening, serve } from "../support/doubles/http-server";
import { capturePrinted } from "../support/doubles/printed";

let printed: ReturnType<typeof capturePrinted>;
let dynamo: Dynamo;
let gateway: Listening;
let broadcasts: { path: string; headers: Record<string, unknown>; body: string }[];
let broadcastStatus: number;
let handler: typeof import("../../api/lambda").handler;
beforeAll(async () => {
  printed = capturePrinted();
  dynamo = await startDynamo();
  gateway = await serve(({ path, headers, body }, response) => {
    broadcasts.push({ path, headers, body: body.toString() });
    response.writeHead(broadcastStatus).end("{}");
  });
  Object.assign(process.env, {
    APP_ENVIRONMENT: "development",
    LOG_LEVEL: "INFO",
    APP_DYNAMODB_TABLE_POSTS: await dynamo.create("posts"),
    APP_DYNAMODB_TABLE_COMMENTS: await dynamo.create("comments"),
    APP_SERVERLESS_WEBSOCKET_ENDPOINT: `${gateway.url}/development/broadcast/comments`,
    WEBSOCKET_URL: "wss://ws.example/development",
    AWS_ENDPOINT_URL_DYNAMODB: dynamo.endpoint,
  });
  ({ handler } = await import("../../api/lambda"));
});
afterAll(async () => {
  await gateway.stop();
  await dynamo.stop();
});
beforeEach(() => {
  broadcasts = [];
  broadcastStatus = 200;
  printed.clear();
});

async function call(method: string, path: string, body?: unknown) {
  const event = urlEvent(method, path);
  const answer = await handler({
    ...event,
    headers: { ...event.headers, "content-type": "application/json", "x-request-id": "request-1" },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: answer.statusCode, body: JSON.parse(answer.body) };
}

describe("the API's function", () => {
  test("is healthy and says where everything is", async () => {
    expect(await call("GET", "/health")).toEqual({
      status: 200,
      body: {
        status: "healthy",
        message: "API is running",
        environment: "development",
        websocket_endpoint: "wss://ws.example/development",
        broadcast_endpoint: `${gateway.url}/development/broadcast/comments`,
        version,
        timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      },
    });
  });

  test("stores a post and a comment, and has the comment broadcast by a signed request", async () => {
    const post = await call("POST", "/api/v1/posts", { title: "Title", content: "Content" });
    expect(post.status).toBe(201);
    const comments = `/api/v1/posts/${post.body.id}/comments`;
    const comment = await call("POST", comments, { content: "日本" });
    expect(comment.status).toBe(201);
    expect(await call("GET", comments)).toEqual({ status: 200, body: { items: [comment.body] } });
    expect((await call("GET", "/api/v1/posts?limit=1")).body.items).toEqual([post.body]);
    expect(broadcasts).toEqual([
      {
        path: "/development/broadcast/comments",
        headers: expect.objectContaining({
          authorization: expect.stringMatching(
            /^AWS4-HMAC-SHA256 Credential=test\/\d{8}\/ap-northeast-1\/execute-api\//,
          ),
          "x-request-id": "request-1",
        }),
        body: JSON.stringify({ id: comment.body.id, type: "comment.created", data: comment.body }),
      },
    ]);
  });

  test("keeps a comment whose broadcast fails, and logs that it did", async () => {
    broadcastStatus = 403;
    const post = await call("POST", "/api/v1/posts", { title: "Title", content: "Content" });
    const comment = await call("POST", `/api/v1/posts/${post.body.id}/comments`, { content: "Nice" });
    expect(comment.status).toBe(201);
    expect(printed.lines()).toContainEqual(
      expect.objectContaining({ level: "ERROR", status: 403, request_id: "request-1", message_id: comment.body.id }),
    );
  });

  test("answers 404 for what is not there", async () => {
    expect(await call("GET", "/api/v1/posts/00000000-0000-4000-8000-000000000000")).toMatchObject({
      status: 404,
      body: { detail: "There is no post with this id.", request_id: "request-1" },
    });
  });
});

test("the API's function names every variable that is missing when it starts", async () => {
  const environment = process.env;
  process.env = {};
  await jest.isolateModulesAsync(async () => {
    await expect(import("../../api/lambda")).rejects.toThrow(
      "The environment variables of this function are wrong: APP_ENVIRONMENT is missing; LOG_LEVEL is missing; " +
        "APP_DYNAMODB_TABLE_POSTS is missing; APP_DYNAMODB_TABLE_COMMENTS is missing; " +
        "APP_SERVERLESS_WEBSOCKET_ENDPOINT is missing; WEBSOCKET_URL is missing. ",
    );
  });
  process.env = environment;
});
