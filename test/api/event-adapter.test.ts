import { gunzipSync, gzipSync } from "node:zlib";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { H3, type H3Event } from "h3";
import { urlHandler } from "../../api/event-adapter";
import { urlEvent } from "../support/doubles/events";
import { recordingLog } from "../support/doubles/log";

/** The answer of an application whose only route is the given function. */
async function answerOf(event: unknown, route: (event: H3Event) => unknown) {
  const log = recordingLog();
  const app = new H3({ silent: true }).all("/**", route);
  return { ...(await urlHandler(app, log)(event)), log };
}

const echo = async ({ req, url }: H3Event) => ({
  method: req.method,
  url: url.href,
  headers: Object.fromEntries(req.headers),
  body: Buffer.from(await req.arrayBuffer()).toString("hex"),
});

async function requestOf(event: unknown): Promise<Record<string, unknown>> {
  const { body, statusCode } = await answerOf(event, echo);
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
    const { statusCode } = await answerOf(urlEvent(method, "/", { body: "x" }), async ({ req }) => {
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
    const { statusCode, body } = await answerOf(urlEvent("GET", "/", { headers }), echo);
    expect(statusCode).toBe(400);
    expect(JSON.parse(body)).toMatchObject({ request_id: "lambda-1" });
  });

  test.each(["TRACE", "CONNECT", "get", "G E T", ""])("is refused when its method is %j", async (method) => {
    expect((await answerOf(urlEvent(method, "/"), echo)).statusCode).toBe(501);
  });

  test("may be as large as Lambda lets it be", async () => {
    const { body } = await answerOf(
      urlEvent("POST", "/", { body: "x".repeat(5_900_000) }),
      async ({ req }) => (await req.text()).length,
    );
    expect(body).toBe("5900000");
  });
});

describe("the answer", () => {
  const get = urlEvent("GET", "/");

  test.each([
    ["application/json", '{"a":"日本"}'],
    ["application/problem+json; charset=utf-8", "{}"],
    ["text/html;charset=utf-8", "<p>日本"],
    ["image/svg+xml", "<svg/>"],
    ["application/javascript", "1"],
  ])("is text if its type is %s", async (type, text) => {
    const answer = await answerOf(get, () => new Response(text, { headers: { "content-type": type } }));
    expect(answer).toMatchObject({
      statusCode: 200,
      headers: { "content-type": type },
      body: text,
      isBase64Encoded: false,
    });
  });

  test.each(["image/png", "application/octet-stream", "application/pdf"])(
    "is base64 if its type is %s",
    async (type) => {
      const bytes = Buffer.from([0x89, 0x50, 0xff, 0x00]);
      const answer = await answerOf(get, () => new Response(bytes, { headers: { "content-type": type } }));
      expect(answer).toMatchObject({ body: bytes.toString("base64"), isBase64Encoded: true });
    },
  );

  test("is base64 if it is encoded, whatever its type", async () => {
    const headers = { "content-type": "application/json", "content-encoding": "gzip" };
    const answer = await answerOf(get, () => new Response(gzipSync("{}"), { headers }));
    expect(answer).toMatchObject({ headers, isBase64Encoded: true });
    expect(gunzipSync(Buffer.from(answer.body, "base64")).toString()).toBe("{}");
  });

  test("is base64 if it does not say what it is", async () => {
    const stream = new ReadableStream({
      start(controller) {
        controller.enqueue(Buffer.from("日本"));
        controller.close();
      },
    });
    const answer = await answerOf(get, () => new Response(stream));
    expect(answer).toMatchObject({ body: Buffer.from("日本").toString("base64"), isBase64Encoded: true });
  });

  test.each([204, 205, 304])("has no body if its status is %i", async (status) => {
    const answer = await answerOf(get, () => new Response(null, { status }));
    expect(answer).toMatchObject({ statusCode: status, body: "", isBase64Encoded: false });
  });

  test("has no body if it was only asked for by HEAD", async () => {
    const answer = await answerOf(urlEvent("HEAD", "/"), () => ({ a: 1 }));
    expect(answer).toMatchObject({ statusCode: 200, body: "", isBase64Encoded: false });
    expect(answer.headers["content-type"]).toMatch(/^application\/json/);
  });

  test("has each cookie by itself and headers that come twice joined", async () => {
    const answer = await answerOf(get, () => {
      const headers = new Headers([
        ["set-cookie", "a=1; Expires=Wed, 01 Jan 2027 00:00:00 GMT"],
        ["set-cookie", "b=2"],
        ["vary", "origin"],
        ["vary", "accept"],
      ]);
      return new Response("", { headers });
    });
    expect(answer.cookies).toEqual(["a=1; Expires=Wed, 01 Jan 2027 00:00:00 GMT", "b=2"]);
    expect(answer.headers).toEqual(expect.objectContaining({ vary: "origin, accept" }));
    expect(answer.headers).not.toHaveProperty("set-cookie");
  });

  test("is a clear refusal if Lambda would not take it", async () => {
    const answer = await answerOf(get, () => "x".repeat(6 * 1024 * 1024));
    expect(answer.statusCode).toBe(500);
    expect(JSON.parse(answer.body).detail).toBe("The answer is too large to send. Ask for less at once.");
    expect(answer.log.at("error")).toHaveLength(1);
  });

  test("is measured as Lambda measures it, escaped", async () => {
    const json = { "content-type": "application/json" };
    const sized = (text: string) => answerOf(get, () => new Response(text, { headers: json }));
    expect((await sized("x".repeat(6_291_000))).statusCode).toBe(200);
    expect((await sized("\n".repeat(3_200_000))).statusCode).toBe(500);
  });

  test("is a 500 if the route's headers cannot be sent", async () => {
    const answer = await answerOf(get, ({ res }) => {
      res.headers.set("x-name", "日本");
      return "";
    });
    expect(answer.statusCode).toBe(500);
  });

  test("is a 500 if its body breaks off", async () => {
    const broken = new ReadableStream({
      start: (controller) => controller.error(new Error("broken")),
    });
    const answer = await answerOf(get, () => new Response(broken));
    expect(answer.statusCode).toBe(500);
    expect(answer.body).not.toContain("broken");
    expect(answer.log.at("error")).toMatchObject([{ fields: { request_id: "lambda-1" } }]);
  });
});

describe("an event that is no request", () => {
  const valid = (answer: unknown) =>
    expect(answer).toMatchObject({
      statusCode: expect.any(Number),
      headers: expect.any(Object),
      body: expect.any(String),
      isBase64Encoded: expect.any(Boolean),
    });

  test.each([undefined, null, 7, "event", [], {}, { rawPath: "/" }, urlEvent("GET", "/", { requestContext: null })])(
    "is refused: %j",
    async (event) => {
      const answer = await answerOf(event, echo);
      valid(answer);
      expect(answer.statusCode).toBe(400);
      expect(answer.headers).toEqual({ "content-type": "application/problem+json" });
    },
  );

  test("is answered, whichever field is missing, null or of the wrong type", async () => {
    const garbage = fc.anything({ maxDepth: 1 });
    const mutations = fc.record(
      {
        rawPath: fc.oneof(fc.webPath(), fc.string({ unit: "binary" }), garbage),
        rawQueryString: fc.oneof(fc.webQueryParameters(), garbage),
        headers: fc.oneof(fc.dictionary(fc.string(), fc.oneof(fc.string({ unit: "binary" }), garbage)), garbage),
        cookies: fc.oneof(fc.array(fc.string()), garbage),
        body: fc.oneof(fc.string({ unit: "binary" }), garbage),
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
        const answer = await answerOf(event, echo);
        valid(answer);
        expect([200, 400, 501]).toContain(answer.statusCode);
      }),
      { numRuns: 500 },
    );
  });
});
