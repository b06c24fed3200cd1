import { beforeAll, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { websocketEvent } from "../support/doubles/events";

let handler: typeof import("../../functions/websocket-default").handler;
beforeAll(async () => {
  Object.assign(process.env, { APP_ENVIRONMENT: "development", LOG_LEVEL: "INFO" });
  ({ handler } = await import("../../functions/websocket-default"));
});

describe("the default function", () => {
  test.each([
    "hello",
    '{"action":"$disconnect"}',
    '{"action":{}}',
    "null",
    "\u0000",
    "日本 🎌",
    "x".repeat(128 * 1024),
  ])("echoes %j", async (body) => {
    const answer = await handler(websocketEvent("MESSAGE", "a=", body));
    expect(answer).toEqual({ statusCode: 200, body, isBase64Encoded: false });
  });

  test("echoes bytes as the bytes they are", async () => {
    const body = Buffer.from([0, 255]).toString("base64");
    const answer = await handler({ ...websocketEvent("MESSAGE", "a=", body), isBase64Encoded: true });
    expect(answer).toEqual({ statusCode: 200, body, isBase64Encoded: true });
  });

  test.each([undefined, null])("echoes an empty message, which comes as the body %s", async (body) => {
    expect(await handler({ ...websocketEvent("MESSAGE", "a="), body })).toMatchObject({ statusCode: 200, body: "" });
  });

  test.each(["CONNECT", "DISCONNECT"] as const)(
    "refuses an event of the type %s, whatever its body asks",
    async (type) => {
      expect(await handler(websocketEvent(type, "a=", '{"eventType":"MESSAGE"}'))).toMatchObject({ statusCode: 400 });
    },
  );

  test("answers 400 to whatever is not an event", async () => {
    await fc.assert(
      fc.asyncProperty(fc.anything(), async (event) => {
        expect(await handler(event)).toMatchObject({ statusCode: 400 });
      }),
    );
  });
});
