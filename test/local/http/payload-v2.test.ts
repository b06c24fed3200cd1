import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { payloadEvent, payloadResponse } from "../../../local/http/payload-v2";
import { type Asking, received } from "../serving";

const NOW = Date.parse("2026-03-04T05:06:07.089Z");
const context = {
  accountId: "anonymous",
  apiId: "abcdefghij",
  routeKey: "$default",
  stage: "$default",
  requestId: "11111111-2222-3333-4444-555555555555",
};

/** The event of a request that is really sent. */
async function eventOf(asking: Asking) {
  let event: Record<string, unknown> = {};
  await received(asking, (request, body) => {
    event = JSON.parse(payloadEvent(request, body, NOW, context));
  });
  return event;
}

describe("the event of a request", () => {
  test("is what AWS makes of it, member by member", async () => {
    const { headers, ...event } = await eventOf({
      method: "POST",
      path: "/api/v1/posts?limit=5&tag=a&tag=b%20c",
      headers: [
        ...["Content-Type", "application/json", "User-Agent", "test/1", "X-Twice", "one", "x-twice", "two"],
        ...["Cookie", "a=1; b=2", "X-Amzn-Trace-Id", "Root=1-2-3", "X-Forwarded-For", "10.0.0.1"],
      ],
      body: '{"title":"ü"}',
    });
    const host = expect.stringMatching(/^localhost:\d+$/);
    expect(event).toEqual({
      version: "2.0",
      routeKey: "$default",
      rawPath: "/api/v1/posts",
      rawQueryString: "limit=5&tag=a&tag=b%20c",
      cookies: ["a=1", "b=2"],
      queryStringParameters: { limit: "5", tag: "a,b c" },
      requestContext: {
        accountId: "anonymous",
        apiId: "abcdefghij",
        domainName: host,
        domainPrefix: "localhost",
        http: {
          method: "POST",
          path: "/api/v1/posts",
          protocol: "HTTP/1.1",
          sourceIp: "127.0.0.1",
          userAgent: "test/1",
        },
        requestId: "11111111-2222-3333-4444-555555555555",
        routeKey: "$default",
        stage: "$default",
        time: "04/Mar/2026:05:06:07 +0000",
        timeEpoch: NOW,
      },
      body: '{"title":"ü"}',
      isBase64Encoded: false,
    });
    expect(headers).toEqual({
      host,
      "content-type": "application/json",
      "user-agent": "test/1",
      "x-twice": "one,two",
      "x-amzn-trace-id": "Root=1-2-3",
      "x-forwarded-for": "10.0.0.1, 127.0.0.1",
      "x-forwarded-port": expect.stringMatching(/^\d+$/),
      "x-forwarded-proto": "http",
      "content-length": "14",
    });
  });

  test("leaves out what the request does not have", async () => {
    const event = await eventOf({});
    expect(Object.keys(event)).toEqual([
      ...["version", "routeKey", "rawPath", "rawQueryString", "headers", "requestContext", "isBase64Encoded"],
    ]);
    expect(event).toMatchObject({ rawPath: "/", rawQueryString: "", isBase64Encoded: false });
    expect(event.headers).toMatchObject({
      "x-amzn-trace-id": expect.stringMatching(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/),
    });
  });

  test.each(["/pa2%Fth/1", "/%E0%A4%A", "//evil.example/..", "/a%2fb", "/a//b/./c"])(
    "passes the path %s on undecoded",
    async (path) => {
      expect(await eventOf({ path })).toMatchObject({ rawPath: path, requestContext: { http: { path } } });
    },
  );

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
    const event = await eventOf({ method: "POST", headers: ["content-type", type], body });
    expect(event.isBase64Encoded).toBe(encoded);
    expect(Buffer.from(String(event.body), encoded ? "base64" : "utf8")).toEqual(Buffer.from(body));
  });
});

describe("what a function answers", () => {
  test("becomes status, headers, cookies and body", () => {
    const answer = {
      statusCode: 201,
      headers: { Location: "/x", "X-Count": 2, "Content-Length": "999" },
      cookies: ["a=1", "b=2"],
      body: "ü",
    };
    expect(payloadResponse(JSON.stringify(answer))).toEqual({
      status: 201,
      headers: [
        "Location",
        "/x",
        "X-Count",
        "2",
        "content-type",
        "application/json",
        "set-cookie",
        "a=1",
        "set-cookie",
        "b=2",
      ],
      body: "ü",
    });
  });

  test("is decoded if it says so", () => {
    const answer = { statusCode: 200, headers: { "content-type": "image/png" }, body: "/wA=", isBase64Encoded: true };
    expect(payloadResponse(JSON.stringify(answer))).toEqual({
      status: 200,
      headers: ["content-type", "image/png"],
      body: Buffer.from([255, 0]),
    });
  });

  test.each([
    ['{"message":"hello"}', '{"message":"hello"}'],
    ['"hello"', "hello"],
    ["null", "null"],
    ["[1]", "[1]"],
  ])("is the body of a 200 if it has no status: %s", (json, body) => {
    expect(payloadResponse(json)).toEqual({ status: 200, headers: ["content-type", "application/json"], body });
  });

  test.each([
    '{"statusCode":"abc"}',
    '{"statusCode":99}',
    '{"statusCode":600}',
    '{"statusCode":200.5}',
    '{"statusCode":200,"body":{}}',
    '{"statusCode":200,"headers":"x"}',
    '{"statusCode":200,"cookies":"a=1"}',
    "{",
  ])("is no answer at all if it is %s", (json) => {
    expect(payloadResponse(json)).toBeUndefined();
  });

  test("never breaks the gateway, whatever it is", () => {
    fc.assert(
      fc.property(fc.json(), (json) => {
        payloadResponse(json);
        payloadResponse(`{"statusCode":200,"headers":${json},"cookies":${json},"body":${json}}`);
      }),
    );
  });
});
