import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { anyText } from "../../support/arbitrary-text";
import { urlEvent } from "../../support/doubles/events";
import { echo, responseTo } from "../../support/doubles/url-calls";

async function requestOf(event: unknown): Promise<Record<string, unknown>> {
  const { body, statusCode } = await responseTo(event, echo);
  expect(statusCode).toBe(200);
  return JSON.parse(body);
}

const hex = (text: string | Buffer) => Buffer.from(text).toString("hex");

describe("the request", () => {
  test.each([
    ["/", "https://api.internal/"],
    ["/a/b?x=1&y=%20&x=2", "https://api.internal/a/b?x=1&y=%20&x=2"],
    ["/a%2Fb%20c", "https://api.internal/a%2Fb%20c"],
    ["//evil.example/a", "https://api.internal//evil.example/a"],
    ["/\\evil.example", "https://api.internal//evil.example"],
    ["@evil.example", "https://api.internal/@evil.example"],
    [":80/a", "https://api.internal/:80/a"],
    ["", "https://api.internal/"],
    ["/%2e%2e/a", "https://api.internal/a"],
    ["/日本?q=日本", "https://api.internal/%E6%97%A5%E6%9C%AC?q=%E6%97%A5%E6%9C%AC"],
  ])("for the path %s stays on this host", async (path, url) => {
    expect(await requestOf(urlEvent("GET", path))).toMatchObject({ method: "GET", url });
  });

  test("has the host it was sent to as a header like any other", async () => {
    const event = urlEvent("GET", "/", { headers: { host: "evil.example" } });
    expect(await requestOf(event)).toMatchObject({ url: "https://api.internal/", headers: { host: "evil.example" } });
  });

  test.each([
    ["the client's, if it can be logged", { "x-request-id": "mine-1" }, "mine-1"],
    ["Lambda's, if the client sent none", {}, "lambda-1"],
    ["Lambda's, if the client's cannot be logged", { "x-request-id": "<script>" }, "lambda-1"],
  ])("has an id in its headers: %s", async (_, headers, id) => {
    expect(await requestOf(urlEvent("GET", "/", { headers }))).toMatchObject({ headers: { "x-request-id": id } });
  });

  test("keeps its id when it is refused", async () => {
    const headers = { "x-request-id": "mine-1" };
    const response = await responseTo(urlEvent("TRACE", "/", { headers }), echo);
    expect(response.headers).toMatchObject({ "x-request-id": "mine-1" });
    expect(JSON.parse(response.body)).toMatchObject({ request_id: "mine-1" });
  });

  test("has headers that came twice, joined as Lambda joined them, and the cookies as one header", async () => {
    const event = urlEvent("GET", "/", { headers: { accept: "a, b", "x-mixed": "1" }, cookies: ["a=1", "b=2; c=3"] });
    expect(await requestOf(event)).toMatchObject({
      headers: { accept: "a, b", cookie: "a=1; b=2; c=3", "x-mixed": "1" },
    });
  });

  test("has header values that are not Latin as the bytes that were sent", async () => {
    const { headers } = await requestOf(urlEvent("GET", "/", { headers: { "x-name": "日é" } }));
    expect(Buffer.from(Object(headers)["x-name"], "latin1").toString()).toBe("日é");
  });

  test.each([
    ["text", "日本 🎌", false, hex("日本 🎌")],
    ["base64", Buffer.from([0, 255, 128]).toString("base64"), true, "00ff80"],
    ["what is not quite base64", "AP+A!", true, "00ff80"],
    ["nothing", undefined, false, ""],
    ["null", null, false, ""],
    ["an empty text", "", false, ""],
  ])("has a body that came as %s", async (_, body, isBase64Encoded, expected) => {
    expect(await requestOf(urlEvent("POST", "/", { body, isBase64Encoded }))).toMatchObject({ body: expected });
  });

  test.each(["GET", "HEAD"])("is a %s without a body even if one was sent", async (method) => {
    const { statusCode } = await responseTo(urlEvent(method, "/", { body: "x" }), async ({ req }) => {
      expect(await req.text()).toBe("");
      return "";
    });
    expect(statusCode).toBe(200);
  });

  test.each([
    ["a line break", { "x-evil": "a\r\nset-cookie: b" }],
    ["NUL", { "x-evil": "a\u0000" }],
    ["a name that is none", { "x evil": "a" }],
  ])("is refused when a header holds %s", async (_, headers) => {
    const { statusCode, body } = await responseTo(urlEvent("GET", "/", { headers }), echo);
    expect(statusCode).toBe(400);
    expect(JSON.parse(body)).toMatchObject({ request_id: "lambda-1" });
  });

  test.each(["TRACE", "CONNECT", "get", "G E T", ""])("is refused when its method is %j", async (method) => {
    expect((await responseTo(urlEvent(method, "/"), echo)).statusCode).toBe(501);
  });

  test("may be as large as Lambda lets it be", async () => {
    const { body } = await responseTo(
      urlEvent("POST", "/", { body: "x".repeat(5_900_000) }),
      async ({ req }) => (await req.text()).length,
    );
    expect(body).toBe("5900000");
  });
});

describe("an event that is no request", () => {
  const valid = (response: unknown) =>
    expect(response).toMatchObject({
      statusCode: expect.any(Number),
      headers: expect.any(Object),
      body: expect.any(String),
      isBase64Encoded: expect.any(Boolean),
    });

  test.each([undefined, null, 7, "event", [], {}, { rawPath: "/" }, urlEvent("GET", "/", { requestContext: null })])(
    "is refused: %j",
    async (event) => {
      const response = await responseTo(event, echo);
      valid(response);
      expect(response.statusCode).toBe(400);
      expect(response.headers).toEqual({ "content-type": "application/problem+json" });
    },
  );

  test("is answered, whichever field is missing, null or of the wrong type", async () => {
    const garbage = fc.anything({ maxDepth: 1 });
    const mutations = fc.record(
      {
        rawPath: fc.oneof(
          anyText().map((text) => `/${text}`),
          anyText(),
          garbage,
        ),
        rawQueryString: fc.oneof(anyText(), garbage),
        headers: fc.oneof(fc.dictionary(fc.string(), fc.oneof(anyText(), garbage)), garbage),
        cookies: fc.oneof(fc.array(fc.string()), garbage),
        body: fc.oneof(anyText(), garbage),
        isBase64Encoded: fc.oneof(fc.boolean(), garbage),
        requestContext: fc.oneof(
          fc.record(
            {
              requestId: fc.oneof(fc.string(), garbage),
              http: fc.oneof(fc.record({ method: fc.oneof(fc.constantFrom("GET", "POST", "PUT"), garbage) }), garbage),
            },
            { requiredKeys: [] },
          ),
          garbage,
        ),
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(mutations, fc.boolean(), async (changed, alone) => {
        const event = alone ? changed : { ...urlEvent("POST", "/"), ...changed };
        const response = await responseTo(event, echo);
        valid(response);
        expect([200, 400, 501]).toContain(response.statusCode);
      }),
      { numRuns: 200 },
    );
  });
});
