import type { IncomingMessage } from "node:http";
import { splitTarget } from "../http/messages";
import { gatewayId, requestTime, traceId } from "../shared/identifiers";

/**
 * The events of a WebSocket API, as API Gateway builds them:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-mapping-template-reference.html
 */

/** What every event of a connection says about it. */
export interface ConnectionFacts {
  readonly connectionId: string;
  /** Epoch milliseconds. */
  readonly connectedAt: number;
  readonly apiId: string;
  readonly stage: string;
  readonly domainName: string;
  readonly sourceIp: string;
  readonly userAgent: string | undefined;
}

/** One event: what the function gets, and what logs and errors say of it. */
export interface WebSocketEvent {
  readonly type: "CONNECT" | "MESSAGE" | "DISCONNECT";
  readonly requestId: string;
  readonly messageId?: string;
  readonly json: string;
}

/** The `$connect` event of a handshake. */
export function connectEvent(facts: ConnectionFacts, request: IncomingMessage, now: number): WebSocketEvent {
  const requestId = gatewayId();
  const { query } = splitTarget(request.url ?? "/");
  const headers = multiMap(headerPairs(request, now));
  const parameters = multiMap(new URLSearchParams(query));
  return {
    type: "CONNECT",
    requestId,
    json: JSON.stringify({
      headers: lastOf(headers),
      multiValueHeaders: headers,
      ...(query !== "" && {
        queryStringParameters: lastOf(parameters),
        multiValueQueryStringParameters: parameters,
      }),
      requestContext: context(facts, "CONNECT", "$connect", requestId, now),
      isBase64Encoded: false,
    }),
  };
}

/** The event of a message. */
export function messageEvent(
  facts: ConnectionFacts,
  routeKey: string,
  message: Buffer | string,
  now: number,
): WebSocketEvent {
  const requestId = gatewayId();
  const messageId = gatewayId();
  const binary = typeof message !== "string";
  return {
    type: "MESSAGE",
    requestId,
    messageId,
    json: JSON.stringify({
      requestContext: context(facts, "MESSAGE", routeKey, requestId, now, messageId),
      body: binary ? message.toString("base64") : message,
      isBase64Encoded: binary,
    }),
  };
}

/** The `$disconnect` event of a connection that is closed. */
export function disconnectEvent(facts: ConnectionFacts, status: number, reason: string, now: number): WebSocketEvent {
  const requestId = gatewayId();
  const headers = { Host: facts.domainName, "x-api-key": "", "X-Forwarded-For": facts.sourceIp, "x-restapi": "" };
  return {
    type: "DISCONNECT",
    requestId,
    json: JSON.stringify({
      headers,
      multiValueHeaders: multiMap(Object.entries(headers)),
      requestContext: {
        ...context(facts, "DISCONNECT", "$disconnect", requestId, now),
        disconnectStatusCode: status,
        disconnectReason: reason,
      },
      isBase64Encoded: false,
    }),
  };
}

function context(
  facts: ConnectionFacts,
  eventType: string,
  routeKey: string,
  requestId: string,
  now: number,
  messageId?: string,
) {
  return {
    routeKey,
    messageId,
    eventType,
    extendedRequestId: requestId,
    requestTime: requestTime(now),
    messageDirection: "IN",
    stage: facts.stage,
    connectedAt: facts.connectedAt,
    requestTimeEpoch: now,
    identity: { userAgent: facts.userAgent, sourceIp: facts.sourceIp },
    requestId,
    domainName: facts.domainName,
    connectionId: facts.connectionId,
    apiId: facts.apiId,
  };
}

/** The headers of a handshake with the names the client gave them, and what the gateway adds. */
function headerPairs({ rawHeaders, socket }: IncomingMessage, now: number): [string, string][] {
  const pairs: [string, string][] = [];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? "";
    if (!/^(connection|upgrade)$/i.test(name)) pairs.push([name, rawHeaders[index + 1] ?? ""]);
  }
  pairs.push(
    ["X-Amzn-Trace-Id", traceId(now)],
    ["X-Forwarded-For", socket.remoteAddress ?? ""],
    ["X-Forwarded-Port", String(socket.localPort)],
    ["X-Forwarded-Proto", "http"],
  );
  return pairs;
}

type MultiMap = Record<string, string[]>;

function multiMap(pairs: Iterable<readonly [string, string]>): MultiMap {
  // Names are the client's: no prototype may answer for them.
  const map: MultiMap = Object.create(null);
  for (const [name, value] of pairs) {
    const values = map[name];
    if (values) values.push(value);
    else map[name] = [value];
  }
  return map;
}

function lastOf(map: MultiMap): Record<string, string> {
  return Object.fromEntries(Object.entries(map).map(([name, values]) => [name, values.at(-1) ?? ""]));
}
