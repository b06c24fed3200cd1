import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { HttpApiDefinition } from "../../../local/definition/model";
import { HttpApi } from "../../../local/http/http-api";
import type { AccessKey } from "../../../local/iam/access-keys";
import type { Port } from "../../../local/ports/port";
import { FakeClock } from "../fake-clock";
import { allowed, definition, FakeFunctions, forbidden, present, signed, verifierOf } from "../gateway-fixtures";
import { type Asking, ask, serving } from "../serving";
import { recordedPaths } from "./recorded";

const PATH = "/development/broadcast/comments";
const BODY = '{"type":"test","data":{}}';
const json = ["content-type", "application/json"];
const api = present(definition.httpApi);
let functions: FakeFunctions;
let clock: FakeClock;
let hints: string[];
let lines: Record<string, string>[];
let port: Port;

const serve = async (changed: Partial<HttpApiDefinition> = {}) => {
  const gateway = new HttpApi({
    definition: { ...api, ...changed },
    accountId: "000000000000",
    invoke: functions.invoke,
    verifier: verifierOf(clock),
    clock,
    log: (line) => lines.push(JSON.parse(line)),
    hint: (text) => hints.push(text),
  });
  port = await serving({ request: (request, response) => gateway.handle(request, response) });
};
const broadcast = async (key: AccessKey | undefined, asking: Asking = {}) => {
  const request = { method: "POST", path: PATH, body: BODY, port: port.number };
  return ask(port, { ...request, ...asking, headers: [...json, ...(key ? await signed(key, request, clock) : [])] });
};

beforeEach(async () => {
  [functions, clock, hints, lines] = [new FakeFunctions(), new FakeClock(), [], []];
  await serve();
});
afterEach(() => port.stop());

describe("the broadcast route", () => {
  test("invokes its function for a signed request of a caller that may", async () => {
    functions.answer("websocket-broadcast", { statusCode: 200, body: '{"delivered":1}' });
    expect(await broadcast(allowed)).toMatchObject({ status: 200, body: '{"delivered":1}' });
    expect(functions.events).toMatchObject([
      {
        bundle: "websocket-broadcast",
        event: {
          version: "2.0",
          routeKey: "POST /broadcast/comments",
          rawPath: PATH,
          body: BODY,
          isBase64Encoded: false,
          requestContext: {
            stage: "development",
            http: { path: PATH },
            authorizer: {
              iam: {
                accessKey: "ASIAALLOWED",
                accountId: "000000000000",
                userArn: "arn:aws:sts::000000000000:assumed-role/allowed/allowed",
                cognitoIdentity: null,
              },
            },
          },
        },
      },
    ]);
  });

  test("refuses an unsigned request as AWS does, and says in a header and to the developer how to sign", async () => {
    const answer = await broadcast(undefined);
    expect(answer).toMatchObject({ status: 403, body: '{"message":"Forbidden"}' });
    expect(answer.headers["x-terrace-hint"]).toMatch(/^The request is not signed\. Sign it with a local key/);
    expect(hints).toEqual([
      expect.stringContaining("POST /broadcast/comments answers 403: The request is not signed."),
    ]);
    expect(functions.events).toEqual([]);
  });

  test("refuses a caller whose policy does not allow it, naming what is missing", async () => {
    expect(await broadcast(forbidden)).toMatchObject({ status: 403, body: '{"message":"Forbidden"}' });
    expect(hints.join()).toContain(
      `assumed-role/forbidden/forbidden does not allow execute-api:Invoke on ${api.executionArn}/development/POST/broadcast/comments`,
    );
  });

  test("refuses a body that is not the one that was signed", async () => {
    expect(await broadcast(allowed, { body: `${BODY} ` })).toMatchObject({ status: 403 });
  });

  test("admits as many requests as the stage's throttle, and then as its rate", async () => {
    await port.stop();
    await serve({ stage: { ...api.stage, limits: { rate: 1, burst: 2 } } });
    const statuses = [];
    for (let request = 0; request < 3; request++) statuses.push((await broadcast(allowed)).status);
    expect(statuses).toEqual([200, 200, 429]);
    expect(await broadcast(allowed)).toMatchObject({ body: '{"message":"Too Many Requests"}' });
    clock.advance(1000);
    expect((await broadcast(allowed)).status).toBe(200);
  });

  test.each([
    ["fails", { errorType: "Error" }, false],
    ["answers something malformed", { statusCode: "abc" }, true],
    ["answers with a header that HTTP does not allow", { statusCode: 200, headers: { "x-a": "\n" } }, true],
  ])("is a 500 if the function %s", async (_, result, ok) => {
    functions.answer("websocket-broadcast", result, ok);
    expect(await broadcast(allowed)).toMatchObject({ status: 500, body: '{"message":"Internal Server Error"}' });
  });

  test("is a 500, with a hint, if the function does not permit API Gateway to invoke it", async () => {
    await port.stop();
    await serve({ routes: api.routes.map((route) => ({ ...route, permitted: () => false })) });
    expect(await broadcast(allowed)).toMatchObject({ status: 500 });
    expect(hints).toEqual([expect.stringContaining("does not permit this API to invoke it")]);
    expect(functions.events).toEqual([]);
  });

  test("refuses an event of more than Lambda's 6 MB, and a result of more", async () => {
    await port.stop();
    await serve({ routes: api.routes.map((route) => ({ ...route, authorization: "NONE" as const })) });
    const mebibytes = (count: number) => "x".repeat(count * 1024 * 1024);
    expect(await broadcast(undefined, { body: mebibytes(6) })).toMatchObject({ status: 413 });
    expect(functions.events).toEqual([]);
    functions.answer("websocket-broadcast", { statusCode: 200, body: mebibytes(6) });
    expect(await broadcast(undefined)).toMatchObject({ status: 500, body: '{"message":"Internal Server Error"}' });
    expect(lines.at(-1)).toMatchObject({ integrationError: "The function's answer is larger than 6 MB." });
    functions.answer("websocket-broadcast", { statusCode: 200, body: mebibytes(5) });
    expect(await broadcast(undefined)).toMatchObject({ status: 200 });
  });

  test("refuses a body of more than 10 MB", async () => {
    expect(await broadcast(allowed, { body: "x".repeat(10 * 1024 * 1024 + 1) })).toMatchObject({ status: 413 });
  });

  test("needs no signature where the definition asks for none", async () => {
    await port.stop();
    await serve({ routes: api.routes.map((route) => ({ ...route, authorization: "NONE" as const })) });
    expect(await broadcast(undefined)).toMatchObject({ status: 200 });
    expect(functions.events[0]?.event.requestContext).not.toHaveProperty("authorizer");
  });
});

describe("a path", () => {
  test.each(recordedPaths)("%s is matched and passed on as %s, as recorded", async (sent, passed) => {
    await port.stop();
    const [route] = api.routes;
    const routes = passed === undefined ? [] : [{ ...present(route), authorization: "NONE" as const, path: passed }];
    await serve({ routes });
    const { status, body } = await ask(port, { method: "POST", path: `/development${sent}` });
    if (passed === undefined) expect([status, body]).toEqual([400, '{"message":"Bad Request"}']);
    else expect(status).toBe(200);
    expect(functions.events.map(({ event }) => event)).toMatchObject(
      passed === undefined
        ? []
        : [{ rawPath: `/development${passed}`, requestContext: { http: { path: `/development${passed}` } } }],
    );
  });
});

test.each([
  ["POST", "/broadcast/comments"],
  ["POST", "/development/broadcast/comments/"],
  ["POST", "/development/broadcast"],
  ["GET", PATH],
  ["GET", "/"],
  ["POST", "//"],
])("there is nothing else: %s %s", async (method, path) => {
  expect(await ask(port, { method, path })).toMatchObject({ status: 404, body: '{"message":"Not Found"}' });
});

describe("cross-origin", () => {
  const origin = (value: string) => ["origin", value, "access-control-request-method", "POST"];

  test("preflights are answered by the gateway alone", async () => {
    const answer = await ask(port, { method: "OPTIONS", path: PATH, headers: origin("http://localhost:3000") });
    expect(answer).toMatchObject({
      status: 204,
      headers: { "access-control-allow-origin": "http://localhost:3000", "access-control-allow-methods": "POST" },
    });
    const other = await ask(port, { method: "OPTIONS", path: PATH, headers: origin("https://evil.example") });
    expect(other.status).toBe(204);
    expect(other.headers["access-control-allow-origin"]).toBeUndefined();
  });

  test("headers of the function are dropped: the gateway's are the only ones", async () => {
    functions.answer("websocket-broadcast", {
      statusCode: 200,
      headers: { "Access-Control-Allow-Origin": "*", "x-kept": "1" },
    });
    const { headers } = await broadcast(allowed);
    expect(headers["access-control-allow-origin"]).toBeUndefined();
    expect(headers["x-kept"]).toBe("1");
  });
});

test("every request leaves a line in the access log, in the stage's format", async () => {
  await broadcast(undefined);
  await broadcast(allowed);
  functions.answer("websocket-broadcast", { errorType: "Error", errorMessage: 'a "quoted" word' }, false);
  await broadcast(allowed);
  await ask(port, { path: "/nothing" });
  expect(lines).toMatchObject([
    { routeKey: "POST /broadcast/comments", status: "403", error: "Forbidden", caller: "-", sourceIp: "127.0.0.1" },
    { status: "200", error: "-", caller: allowed.identity.arn, integrationLatency: "0" },
    { status: "500", integrationError: 'Error: a "quoted" word' },
    { routeKey: "-", status: "404" },
  ]);
});
