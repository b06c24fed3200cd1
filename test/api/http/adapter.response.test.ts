import { gunzipSync, gzipSync } from "node:zlib";
import { describe, expect, test } from "@jest/globals";
import { urlEvent } from "../../support/doubles/events";
import { responseTo } from "../../support/doubles/url-calls";

describe("the response", () => {
  const get = urlEvent("GET", "/");

  test.each([
    ["application/json", '{"a":"日本"}'],
    ["application/problem+json; charset=utf-8", "{}"],
    ["text/html;charset=utf-8", "<p>日本"],
    ["image/svg+xml", "<svg/>"],
    ["application/javascript", "1"],
  ])("is text if its type is %s", async (type, text) => {
    const response = await responseTo(get, () => new Response(text, { headers: { "content-type": type } }));
    expect(response).toMatchObject({
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
      const response = await responseTo(get, () => new Response(bytes, { headers: { "content-type": type } }));
      expect(response).toMatchObject({ body: bytes.toString("base64"), isBase64Encoded: true });
    },
  );

  test("is base64 if it is encoded, whatever its type", async () => {
    const headers = { "content-type": "application/json", "content-encoding": "gzip" };
    const response = await responseTo(get, () => new Response(gzipSync("{}"), { headers }));
    expect(response).toMatchObject({ headers, isBase64Encoded: true });
    expect(gunzipSync(Buffer.from(response.body, "base64")).toString()).toBe("{}");
  });

  test("is base64 if it does not say what it is", async () => {
    const stream = new ReadableStream({
      start(controller) {
        controller.enqueue(Buffer.from("日本"));
        controller.close();
      },
    });
    const response = await responseTo(get, () => new Response(stream));
    expect(response).toMatchObject({ body: Buffer.from("日本").toString("base64"), isBase64Encoded: true });
  });

  test.each([204, 205, 304])("has no body if its status is %i", async (status) => {
    const response = await responseTo(get, () => new Response(null, { status }));
    expect(response).toMatchObject({ statusCode: status, body: "", isBase64Encoded: false });
  });

  test("has no body if it was only asked for by HEAD", async () => {
    const response = await responseTo(urlEvent("HEAD", "/"), () => ({ a: 1 }));
    expect(response).toMatchObject({ statusCode: 200, body: "", isBase64Encoded: false });
    expect(response.headers["content-type"]).toMatch(/^application\/json/);
  });

  test("has each cookie by itself and headers that come twice joined", async () => {
    const response = await responseTo(get, () => {
      const headers = new Headers([
        ["set-cookie", "a=1; Expires=Wed, 01 Jan 2027 00:00:00 GMT"],
        ["set-cookie", "b=2"],
        ["vary", "origin"],
        ["vary", "accept"],
      ]);
      return new Response("", { headers });
    });
    expect(response.cookies).toEqual(["a=1; Expires=Wed, 01 Jan 2027 00:00:00 GMT", "b=2"]);
    expect(response.headers).toEqual(expect.objectContaining({ vary: "origin, accept" }));
    expect(response.headers).not.toHaveProperty("set-cookie");
  });

  test("is a clear refusal if Lambda would not take it", async () => {
    const response = await responseTo(get, () => "x".repeat(6 * 1024 * 1024));
    expect(response.statusCode).toBe(500);
    expect(JSON.parse(response.body).detail).toBe("The response is too large to send. Ask for less at once.");
    expect(response.log.at("error")).toHaveLength(1);
  });

  test("is without a body when HEAD is refused", async () => {
    const response = await responseTo(urlEvent("HEAD", "/", { headers: { "x-evil": "a\0" } }), () => "");
    expect(response).toMatchObject({ statusCode: 400, body: "", headers: { "cache-control": "no-store" } });
  });

  test("is measured as Lambda measures it, escaped", async () => {
    const json = { "content-type": "application/json" };
    const sized = (text: string) => responseTo(get, () => new Response(text, { headers: json }));
    expect((await sized("x".repeat(6_291_000))).statusCode).toBe(200);
    expect((await sized("\n".repeat(3_200_000))).statusCode).toBe(500);
  });

  test("is a 500 if the route's headers cannot be sent", async () => {
    const response = await responseTo(get, ({ res }) => {
      res.headers.set("x-name", "日本");
      return "";
    });
    expect(response.statusCode).toBe(500);
  });

  test("is a 500 if its body breaks off", async () => {
    const broken = new ReadableStream({
      start: (controller) => controller.error(new Error("broken")),
    });
    const response = await responseTo(get, () => new Response(broken));
    expect(response.statusCode).toBe(500);
    expect(response.body).not.toContain("broken");
    expect(response.log.at("error")).toMatchObject([{ fields: { request_id: "lambda-1" } }]);
  });
});
