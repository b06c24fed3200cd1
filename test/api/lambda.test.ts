import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { createHandler } from "../../api/handler";
import { version } from "../../package.json";
import { conformance } from "../support/api";
import { type Dynamo, startDynamo } from "../support/doubles/dynamo";
import { urlEvent } from "../support/doubles/events";
import { startKms } from "../support/doubles/kms";
import { capturePrinted } from "../support/doubles/printed";
import {
  type CertificateServer,
  claims,
  PROJECT_ID,
  published,
  signToken,
  startCertificateServer,
  stranger,
} from "../support/doubles/servers/certificate-server";
import { type Listening, serve } from "../support/doubles/servers/http-server";
import { foundIn, secretsOf } from "../support/secrets";

const keyArn = "arn:aws:kms:ap-northeast-1:000000000000:key/signing";

let printed: ReturnType<typeof capturePrinted>;
let dynamo: Dynamo;
let gateway: Listening;
let kms: Listening;
let google: CertificateServer;
let broadcasts: number;
let handler: Awaited<ReturnType<typeof createHandler>>;
beforeAll(async () => {
  printed = capturePrinted();
  dynamo = await startDynamo();
  gateway = await serve((_, response) => {
    broadcasts += 1;
    response.end("{}");
  });
  kms = await startKms(keyArn);
  google = await startCertificateServer([published]);
  Object.assign(process.env, {
    APP_ENVIRONMENT: "development",
    LOG_LEVEL: "DEBUG",
    APP_DYNAMODB_TABLE_POSTS: await dynamo.create("posts"),
    APP_DYNAMODB_TABLE_COMMENTS: await dynamo.create("comments"),
    APP_DYNAMODB_TABLE_FAVORITES: await dynamo.create("favorites"),
    DYNAMODB_CONNECTION_TALLY_TABLE: await dynamo.create("connectionTally"),
    DYNAMODB_TICKETS_TABLE: await dynamo.create("tickets"),
    DYNAMODB_WEBSOCKET_USERS_TABLE: await dynamo.create("users"),
    APP_SERVERLESS_WEBSOCKET_ENDPOINT: `${gateway.url}/development/broadcast/comments`,
    WEBSOCKET_URL: "wss://ws.example/development",
    FIREBASE_PROJECT_ID: PROJECT_ID,
    SIGNING_KEY_ID: keyArn,
    API_DOCS: "on",
    AWS_ENDPOINT_URL_DYNAMODB: dynamo.endpoint,
    AWS_ENDPOINT_URL_KMS: kms.url,
  });
  handler = await createHandler();
});
afterAll(async () => {
  await Promise.all([gateway.stop(), kms.stop(), google.close(), dynamo.stop()]);
});
beforeEach(() => {
  broadcasts = 0;
  printed.clear();
});

const authorization = `Bearer ${signToken(published, claims())}`;

/** Calls the handler as Alice, and checks the response and the printed lines as every response and line is checked. */
async function call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  const event = urlEvent(method, path);
  const sent = { authorization, "content-type": "application/json", "x-request-id": "request-1", ...headers };
  const text = body === undefined ? "" : JSON.stringify(body);
  const response = await handler({
    ...event,
    headers: { ...event.headers, ...sent },
    cookies: ["session=only-in-the-cookie"],
    ...(text && { body: text }),
  });
  const type = response.headers["content-type"] ?? null;
  const breach = conformance.breach(method, event.rawPath ?? "", {
    status: response.statusCode,
    headers: new Headers(response.headers),
    text: response.body,
  });
  expect({ [`${method} ${path}`]: breach }).toEqual({ [`${method} ${path}`]: undefined });
  const { credentials, written } = secretsOf(new Headers({ ...sent, cookie: "session=only-in-the-cookie" }), text);
  expect(foundIn(JSON.stringify(response), credentials)).toEqual([]);
  expect(foundIn(printed.lines(), [...credentials, ...written])).toEqual([]);
  return {
    status: response.statusCode,
    headers: response.headers,
    body: response.body && type?.includes("json") ? JSON.parse(response.body) : response.body,
  };
}

const publish = (title = "Title") => call("POST", "/api/v1/posts", { title, content: "Content" });

describe("the API's function", () => {
  test("is healthy and says where everything is", async () => {
    expect(await call("GET", "/health")).toMatchObject({
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

  test("stores a post and a comment, and announces neither: the tables' streams do", async () => {
    const post = await publish();
    expect(post.status).toBe(201);
    const comments = `/api/v1/posts/${post.body.id}/comments`;
    const comment = await call("POST", comments, { content: "日本" });
    expect(comment.status).toBe(201);
    expect((await call("GET", comments)).body).toEqual({ items: [comment.body], next_cursor: null });
    expect((await call("GET", "/api/v1/posts?limit=1")).body.items).toEqual([post.body]);
    expect(broadcasts).toBe(0);
  });

  test("does everything else that a post goes through", async () => {
    const { body: post, headers } = await publish();
    const path = `/api/v1/posts/${post.id}`;
    const changed = await call("PUT", path, { title: "New", content: "Text" }, { "if-match": String(headers.etag) });
    expect(changed).toMatchObject({ status: 200, headers: { etag: '"2-0"' }, body: { title: "New", version: 2 } });
    expect((await call("PUT", `${path}/favorite`)).status).toBe(204);
    expect((await call("GET", "/api/v1/favorites")).body.items).toMatchObject([{ post: { favorite_count: 1 } }]);
    expect((await call("GET", path, undefined, { "if-none-match": '"2-1"' })).status).toBe(304);
    expect((await call("DELETE", `${path}/favorite`)).status).toBe(204);
    expect(await call("DELETE", path)).toMatchObject({ status: 204, body: "" });
    expect((await call("GET", path)).status).toBe(404);
  });

  test("continues a list by a cursor that KMS's key signs", async () => {
    for (const title of ["One", "Two", "Three"]) await publish(title);
    const { body: first } = await call("GET", "/api/v1/posts?limit=2");
    const { body: second } = await call("GET", `/api/v1/posts?limit=2&cursor=${first.next_cursor}`);
    const titles = [...first.items, ...second.items].map(({ title }: { title: string }) => title);
    expect(titles.slice(0, 3)).toEqual(["Three", "Two", "One"]);
  });

  test("counts connections and gives tickets", async () => {
    expect((await call("GET", "/api/v1/websocket/connections")).body).toMatchObject({ count: 0 });
    const ticket = await call("POST", "/api/v1/websocket/tickets");
    expect(ticket.status).toBe(201);
    expect(JSON.stringify(printed.lines())).not.toContain(ticket.body.ticket);
  });

  test("shows its documentation where the environment wants it", async () => {
    expect((await call("GET", "/openapi.json")).body.paths["/health"]).toBeDefined();
    expect((await call("GET", "/docs")).body).toContain("<!doctype html>");
  });

  test("refuses a token that proves nothing", async () => {
    const authorization = `Bearer ${signToken(stranger)}`;
    expect(await call("GET", "/api/v1/posts", undefined, { authorization })).toMatchObject({
      status: 401,
      headers: { "www-authenticate": 'Bearer error="invalid_token"' },
      body: { code: "token_invalid" },
    });
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
  await expect(createHandler()).rejects.toThrow(
    "The environment variables of this function are wrong: APP_ENVIRONMENT is missing; LOG_LEVEL is missing; " +
      "APP_DYNAMODB_TABLE_POSTS is missing; APP_DYNAMODB_TABLE_COMMENTS is missing; " +
      "APP_DYNAMODB_TABLE_FAVORITES is missing; DYNAMODB_CONNECTION_TALLY_TABLE is missing; " +
      "DYNAMODB_TICKETS_TABLE is missing; DYNAMODB_WEBSOCKET_USERS_TABLE is missing; " +
      "APP_SERVERLESS_WEBSOCKET_ENDPOINT is missing; WEBSOCKET_URL is missing; " +
      "FIREBASE_PROJECT_ID is missing; SIGNING_KEY_ID is missing; API_DOCS is missing. ",
  );
  process.env = environment;
});
