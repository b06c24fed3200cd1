import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { FunctionUrlDefinition } from "../../../local/definition/model";
import { FunctionUrl } from "../../../local/http/function-url";
import type { Port } from "../../../local/ports/port";
import { FakeClock } from "../fake-clock";
import { definition, FakeFunctions, present } from "../gateway-fixtures";
import { type Asking, ask, serving } from "../serving";

const ORIGIN = "http://localhost:3000";
let functions: FakeFunctions;
let hints: string[];
let port: Port | undefined;
beforeEach(() => {
  functions = new FakeFunctions();
  hints = [];
});
afterEach(() => port?.stop());

async function asked(asking: Asking, changed: Partial<FunctionUrlDefinition> = {}) {
  const url = new FunctionUrl({
    definition: { ...present(definition.functionUrl), ...changed },
    invoke: (event) => functions.invoke(present(definition.functionUrl).function, event),
    clock: new FakeClock(),
    hint: (text) => hints.push(text),
  });
  port = await serving({ request: (request, response) => url.handle(request, response) });
  return ask(port, asking);
}

describe("a request", () => {
  test("is one invocation, and its answer is the function's", async () => {
    functions.answer("api", { statusCode: 201, headers: { location: "/x" }, cookies: ["a=1"], body: "made" });
    const answer = await asked({
      method: "POST",
      path: "/api/v1/posts",
      body: "{}",
      headers: ["content-type", "application/json"],
    });
    expect(answer).toMatchObject({ status: 201, body: "made" });
    expect(answer.headers).toMatchObject({
      location: "/x",
      "set-cookie": ["a=1"],
      "content-type": "application/json",
      "content-length": "4",
      "x-amzn-requestid": expect.any(String),
    });
    expect(functions.events).toMatchObject([
      {
        bundle: "api",
        event: { rawPath: "/api/v1/posts", body: "{}", requestContext: { stage: "$default", accountId: "anonymous" } },
      },
    ]);
  });

  test("with HEAD is answered without a body, and one that brings a body with GET passes it on", async () => {
    functions.answer("api", { statusCode: 200, body: "text" });
    expect(await asked({ method: "HEAD" })).toMatchObject({
      status: 200,
      body: "",
      headers: { "content-length": "4" },
    });
    await port?.stop();
    await asked({ method: "GET", body: "x", headers: ["content-type", "text/plain"] });
    expect(functions.events.at(-1)?.event.body).toBe("x");
  });

  test.each([
    ["/capture/space%20value", "/capture/space value"],
    ["/a%2fb", "/a/b"],
    ["/a//b/./c", "/a//b/./c"],
    ["//evil.example/..", "//evil.example/.."],
    ["/pa2%Fth/1", "/pa2%Fth/1"],
    ["/%E0%A4%A", "/%E0%A4%A"],
  ])("has its path %s twice, as it was sent and decoded if that is possible", async (path, decoded) => {
    await asked({ path: `${path}?a=%20` });
    expect(functions.events[0]?.event).toMatchObject({ rawPath: path, requestContext: { http: { path: decoded } } });
  });

  test("may be answered without a body", async () => {
    functions.answer("api", { statusCode: 204 });
    const answer = await asked({ method: "DELETE" });
    expect(answer).toMatchObject({ status: 204, body: "" });
    expect(answer.headers["content-length"]).toBeUndefined();
  });

  test.each([
    ["fails", { errorType: "Error" }, false],
    ["answers something malformed", { statusCode: "abc" }, true],
    ["answers with a header that HTTP does not allow", { statusCode: 200, headers: { "x-a": "ü\n" } }, true],
    ["answers with more than 6 MB", { statusCode: 200, body: "x".repeat(6 * 1024 * 1024) }, true],
  ])("is a 502 if the function %s", async (_, result, ok) => {
    functions.answer("api", result, ok);
    expect(await asked({})).toMatchObject({ status: 502, body: "Internal Server Error" });
  });

  test("larger than 6 MB is refused before the function sees it", async () => {
    const body = "x".repeat(6 * 1024 * 1024 + 1);
    const answer = await asked({ method: "POST", body });
    expect(answer).toMatchObject({ status: 413, body: expect.stringContaining("6291456 bytes") });
    await port?.stop();
    // The limit holds for the whole event, and this body is in it in base64.
    expect(await asked({ method: "POST", body: Buffer.alloc(5 * 1024 * 1024) })).toMatchObject({ status: 413 });
    expect(functions.events).toEqual([]);
  });

  test("is refused, with a hint for the developer, without both permissions", async () => {
    const answer = await asked({}, { permitted: () => false });
    expect(answer).toMatchObject({ status: 403, headers: { "x-amzn-errortype": "AccessDeniedException" } });
    expect(JSON.parse(answer.body).Message).toMatch(
      /^Forbidden\. For troubleshooting Function URL authorization issues, see: /,
    );
    expect(hints).toEqual([expect.stringContaining("lacks one of the two permissions")]);
    expect(functions.events).toEqual([]);
  });
});

describe("cross-origin", () => {
  test("preflights are answered without the function", async () => {
    const answer = await asked({
      method: "OPTIONS",
      path: "/api/v1/posts",
      headers: ["origin", ORIGIN, "access-control-request-method", "POST"],
    });
    expect(answer).toMatchObject({
      status: 200,
      body: "",
      headers: {
        "access-control-allow-origin": ORIGIN,
        "access-control-allow-methods": expect.stringContaining("POST"),
        "access-control-allow-headers": expect.stringContaining("content-type"),
        "access-control-max-age": "86400",
        vary: "Origin",
      },
    });
    expect(functions.events).toEqual([]);
  });

  test("answers name the origin that asks, if it is allowed, and always vary with it", async () => {
    expect((await asked({ headers: ["origin", ORIGIN] })).headers).toMatchObject({
      "access-control-allow-origin": ORIGIN,
      vary: "Origin",
    });
    await port?.stop();
    const { headers } = await asked({ headers: ["origin", "https://evil.example"] });
    expect(headers["access-control-allow-origin"]).toBeUndefined();
    expect(headers.vary).toBe("Origin");
    expect(functions.events).toHaveLength(2);
  });

  test("preflights of other origins get no permission", async () => {
    const { status, headers } = await asked({
      method: "OPTIONS",
      headers: ["origin", "https://evil.example", "access-control-request-method", "POST"],
    });
    expect(status).toBe(200);
    expect(Object.keys(headers).filter((name) => name.startsWith("access-control"))).toEqual([]);
  });

  test("requests are the function's business where the definition has no rules", async () => {
    await asked({ method: "OPTIONS", headers: ["origin", ORIGIN] }, { cors: undefined });
    expect(functions.events).toHaveLength(1);
  });
});
