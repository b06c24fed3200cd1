import { describe, expect, test } from "@jest/globals";
import { type PayloadContext, payloadEvent } from "../../../local/http/payload-event";
import { type Asking, received } from "../serving";
import { recordedRequest, recordings } from "./recorded";

const NOW = Date.parse("2026-03-04T05:06:07.089Z");
const functionUrl: PayloadContext = {
  accountId: "anonymous",
  apiId: "abcdefghij",
  routeKey: "$default",
  stage: "$default",
  requestId: "11111111-2222-3333-4444-555555555555",
  rawPath: "/raw%20path",
  path: "/raw path",
  source: "function-url",
};
const httpApi: PayloadContext = { ...functionUrl, source: "http-api" };

/** Returns the event of a request that is really sent. */
async function eventOf(asking: Asking, context = functionUrl) {
  let event: Record<string, unknown> = {};
  await received(asking, (request, body) => {
    event = JSON.parse(payloadEvent(request, body, NOW, context));
  });
  return event;
}

/** The headers that only TLS or this machine's addresses change. */
const ELSEWHERE = ["host", "x-amzn-tls-cipher-suite", "x-amzn-tls-version", "x-amzn-trace-id", "x-forwarded-for"];

describe.each(recordings)("the event that AWS recorded for a request to $source", ({ source, event: recorded }) => {
  test("is built from the same request, member by member", async () => {
    const { rawPath, requestContext } = recorded;
    const { accountId, apiId, routeKey, stage, requestId, http } = requestContext;
    const paths = { rawPath, path: http.path };
    const { headers, ...event } = await eventOf(recordedRequest, {
      ...{ accountId, apiId, routeKey, stage, requestId, source, ...paths },
    });
    const { headers: recordedHeaders, ...rest } = recorded;
    const local = {
      domainName: expect.stringMatching(/^localhost:/),
      domainPrefix: "localhost",
      http: { ...http, sourceIp: "127.0.0.1" },
      time: "04/Mar/2026:05:06:07 +0000",
      timeEpoch: NOW,
    };
    expect(event).toEqual({ ...rest, requestContext: { ...requestContext, ...local } });
    expect(headers).toEqual({
      ...Object.fromEntries(Object.entries(recordedHeaders).filter(([name]) => !ELSEWHERE.includes(name))),
      host: expect.any(String),
      "x-amzn-trace-id": expect.stringMatching(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/),
      "x-forwarded-for": "127.0.0.1",
      "x-forwarded-port": expect.stringMatching(/^\d+$/),
      "x-forwarded-proto": "http",
    });
  });
});

describe("the event of a request", () => {
  test("leaves out what the request does not have", async () => {
    const event = await eventOf({});
    expect(Object.keys(event)).toEqual([
      ...["version", "routeKey", "rawPath", "rawQueryString", "headers", "requestContext", "isBase64Encoded"],
    ]);
    expect(event).toMatchObject({ rawQueryString: "", isBase64Encoded: false });
    expect(event.headers).not.toHaveProperty("content-length");
  });

  test("says to an HTTP API's function that there is no body", async () => {
    expect((await eventOf({}, httpApi)).headers).toMatchObject({ "content-length": "0" });
  });

  test("adds to the addresses that a proxy has passed on, and keeps its trace", async () => {
    const { headers } = await eventOf({
      headers: ["X-Forwarded-For", "10.0.0.1", "X-Amzn-Trace-Id", "Root=1-2-3", "Connection", "close"],
    });
    expect(headers).toMatchObject({ "x-forwarded-for": "10.0.0.1, 127.0.0.1", "x-amzn-trace-id": "Root=1-2-3" });
    expect(headers).not.toHaveProperty("connection");
  });

  test("keeps names that JavaScript's objects have already", async () => {
    const event = await eventOf({ path: "/?__proto__=1&constructor=2", headers: ["__proto__", "3"] });
    expect(JSON.stringify(event.queryStringParameters)).toBe('{"__proto__":"1","constructor":"2"}');
    expect(JSON.stringify(event.headers)).toContain('"__proto__":"3"');
  });

  test.each<[string, string | Buffer, boolean]>([
    ["application/json; charset=utf-8", "{}", false],
    ["text/plain", "x", false],
    ["application/problem+json", "{}", false],
    ["application/xml", "<a/>", false],
    ["application/x-www-form-urlencoded", "a=1", true],
    ["multipart/form-data; boundary=x", "--x--", true],
    ["application/octet-stream", "x", true],
    ["application/json", Buffer.from([0x7b, 0xff, 0x7d]), true],
  ])("passes a body of the type %s on as text or in base64", async (type, body, encoded) => {
    for (const context of [functionUrl, httpApi]) {
      const event = await eventOf({ method: "POST", headers: ["content-type", type], body }, context);
      expect(event.isBase64Encoded).toBe(encoded);
      expect(Buffer.from(String(event.body), encoded ? "base64" : "utf8")).toEqual(Buffer.from(body));
    }
  });

  test("passes a body without a type on as text to a Function URL's function and in base64 to an HTTP API's", async () => {
    const asking = { method: "POST", body: "x" };
    expect(await eventOf(asking)).toMatchObject({ body: "x", isBase64Encoded: false });
    expect(await eventOf(asking, httpApi)).toMatchObject({ body: "eA==", isBase64Encoded: true });
  });
});
