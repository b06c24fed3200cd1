import { expect, test } from "@jest/globals";
import {
  type ConnectionInfo,
  connectEvent,
  disconnectEvent,
  errorBody,
  messageEvent,
} from "../../../local/websocket/events";
import { received } from "../serving";

const NOW = Date.parse("2026-03-04T05:06:07.089Z");
const ID = /^[A-Za-z0-9_-]{15}=$/;
const info: ConnectionInfo = {
  connectionId: "L0SM9cOFvHcCIhw=",
  connectedAt: NOW - 1000,
  apiId: "abcdefghij",
  stage: "development",
  domainName: "localhost:3001",
  sourceIp: "127.0.0.1",
  userAgent: "test/1",
};
/** Returns the context that every event of the connection has. */
const context = (routeKey: string, eventType: string, requestId: string) => ({
  routeKey,
  eventType,
  extendedRequestId: requestId,
  requestTime: "04/Mar/2026:05:06:07 +0000",
  messageDirection: "IN",
  stage: "development",
  connectedAt: NOW - 1000,
  requestTimeEpoch: NOW,
  identity: { userAgent: "test/1", sourceIp: "127.0.0.1" },
  requestId,
  domainName: "localhost:3001",
  connectionId: "L0SM9cOFvHcCIhw=",
  apiId: "abcdefghij",
});

test("the event of a handshake has headers as they were sent, the query and who connects", async () => {
  let event: unknown;
  let requestId = "";
  await received(
    {
      path: "/development?room=1&room=2&__proto__=3",
      headers: ["Origin", "http://localhost:3000", "Sec-WebSocket-Version", "13", "X-A", "1", "X-A", "2"],
    },
    (request) => {
      const made = connectEvent(info, request, NOW);
      event = JSON.parse(made.json);
      requestId = made.requestId;
    },
  );
  const host = expect.stringMatching(/^localhost:\d+$/);
  const port = expect.stringMatching(/^\d+$/);
  const trace = expect.stringMatching(/^Root=1-/);
  expect(requestId).toMatch(ID);
  expect(event).toEqual({
    headers: {
      host,
      Origin: "http://localhost:3000",
      "Sec-WebSocket-Version": "13",
      "X-A": "2",
      "X-Amzn-Trace-Id": trace,
      "X-Forwarded-For": "127.0.0.1",
      "X-Forwarded-Port": port,
      "X-Forwarded-Proto": "http",
    },
    multiValueHeaders: {
      host: [host],
      Origin: ["http://localhost:3000"],
      "Sec-WebSocket-Version": ["13"],
      "X-A": ["1", "2"],
      "X-Amzn-Trace-Id": [trace],
      "X-Forwarded-For": ["127.0.0.1"],
      "X-Forwarded-Port": [port],
      "X-Forwarded-Proto": ["http"],
    },
    queryStringParameters: JSON.parse('{"room":"2","__proto__":"3"}'),
    multiValueQueryStringParameters: JSON.parse('{"room":["1","2"],"__proto__":["3"]}'),
    requestContext: context("$connect", "CONNECT", requestId),
    isBase64Encoded: false,
  });
});

test("the event of a handshake without a query has no parameters", async () => {
  await received({}, (request) => {
    const event = JSON.parse(connectEvent(info, request, NOW).json);
    expect(Object.keys(event)).toEqual(["headers", "multiValueHeaders", "requestContext", "isBase64Encoded"]);
  });
});

test("the event of a message has its text, and no headers", () => {
  const { json, requestId, messageId } = messageEvent(info, "$default", '{"a":"ü"}', NOW);
  expect(messageId).toMatch(ID);
  expect(JSON.parse(json)).toEqual({
    requestContext: { ...context("$default", "MESSAGE", requestId), messageId },
    body: '{"a":"ü"}',
    isBase64Encoded: false,
  });
});

test("an error of the gateway has the text of its default template", () => {
  expect(errorBody("Internal server error", "L0SM9cOFvHcCIhw=", "L0SM9cOFvHcCIhx=")).toBe(
    '{"message": "Internal server error", "connectionId":"L0SM9cOFvHcCIhw=", "requestId":"L0SM9cOFvHcCIhx="}',
  );
});

test("the event of the end says with which code and why", () => {
  const { json, requestId } = disconnectEvent(info, 1001, "Going away", NOW);
  expect(JSON.parse(json)).toEqual({
    headers: { Host: "localhost:3001", "x-api-key": "", "X-Forwarded-For": "127.0.0.1", "x-restapi": "" },
    multiValueHeaders: {
      Host: ["localhost:3001"],
      "x-api-key": [""],
      "X-Forwarded-For": ["127.0.0.1"],
      "x-restapi": [""],
    },
    requestContext: {
      ...context("$disconnect", "DISCONNECT", requestId),
      disconnectStatusCode: 1001,
      disconnectReason: "Going away",
    },
    isBase64Encoded: false,
  });
});
