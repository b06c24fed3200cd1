import type { IncomingMessage } from "node:http";
import { splitTarget } from "../http/messages";
import { gatewayId, requestTime, traceId } from "../shared/identifiers";

// The events are documented at
// https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-mapping-template-reference.html

/** The properties of a connection that every event of it has. */
export interface ConnectionInfo {
  readonly connectionId: string;
  /** In epoch milliseconds. */
  readonly connectedAt: number;
  readonly apiId: string;
  readonly stage: string;
  readonly domainName: string;
  readonly sourceIp: string;
  readonly userAgent: string | undefined;
}

/** An event as the function gets it, with the parts of it that logs and errors name. */
export interface WebSocketEvent {
  readonly type: "CONNECT" | "MESSAGE" | "DISCONNECT";
  readonly requestId: string;
  readonly messageId?: string;
  readonly json: string;
}

/** Builds the `$connect` event of a handshake that was received at `now`, in epoch milliseconds. */
export function connectEvent(info: ConnectionInfo, request: IncomingMessage, now: number): WebSocketEvent {
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
      requestContext: requestContext(info, "CONNECT", "$connect", requestId, now),
      isBase64Encoded: false,
    }),
  };
}

/** Builds the event of a message that was received at `now`, in epoch milliseconds. */
export function messageEvent(info: ConnectionInfo, routeKey: string, message: string, now: number): WebSocketEvent {
  const requestId = gatewayId();
  const messageId = gatewayId();
  return {
    type: "MESSAGE",
    requestId,
    messageId,
    json: JSON.stringify({
      requestContext: requestContext(info, "MESSAGE", routeKey, requestId, now, messageId),
      body: message,
      isBase64Encoded: false,
    }),
  };
}

/** Builds the `$disconnect` event of a connection that was closed at `now`, in epoch milliseconds. */
export function disconnectEvent(info: ConnectionInfo, status: number, reason: string, now: number): WebSocketEvent {
  const requestId = gatewayId();
  const headers = { Host: info.domainName, "x-api-key": "", "X-Forwarded-For": info.sourceIp, "x-restapi": "" };
  return {
    type: "DISCONNECT",
    requestId,
    json: JSON.stringify({
      headers,
      multiValueHeaders: multiMap(Object.entries(headers)),
      requestContext: {
        ...requestContext(info, "DISCONNECT", "$disconnect", requestId, now),
        disconnectStatusCode: status,
        disconnectReason: reason,
      },
      isBase64Encoded: false,
    }),
  };
}

/** Formats an error of the gateway as its default response template does, white space included. */
export function errorBody(message: string, connectionId: string, requestId: string): string {
  return `{"message": ${JSON.stringify(message)}, "connectionId":"${connectionId}", "requestId":"${requestId}"}`;
}

function requestContext(
  info: ConnectionInfo,
  eventType: WebSocketEvent["type"],
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
    stage: info.stage,
    connectedAt: info.connectedAt,
    requestTimeEpoch: now,
    identity: { userAgent: info.userAgent, sourceIp: info.sourceIp },
    requestId,
    domainName: info.domainName,
    connectionId: info.connectionId,
    apiId: info.apiId,
  };
}

/** Returns the headers of a handshake, with the names that the client gave them, and those that the gateway adds. */
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
  // Clients choose the names, so no prototype may answer for them.
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
