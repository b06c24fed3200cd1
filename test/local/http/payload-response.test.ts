import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { payloadResponse } from "../../../local/http/payload-response";

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
