import { isUtf8 } from "node:buffer";
import type { IncomingMessage } from "node:http";
import { requestTime, traceId } from "../shared/identifiers";
import { isObject, type Json, parseJson } from "../shared/json";
import type { HeaderList } from "./cors";
import { splitTarget } from "./messages";

/**
 * Payload format 2.0, in which Function URLs and HTTP APIs pass requests to functions and take their answers:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */

/** What the event says besides the request itself. */
export interface PayloadContext {
  readonly accountId: string;
  readonly apiId: string;
  readonly routeKey: string;
  readonly stage: string;
  readonly requestId: string;
  readonly authorizer?: { readonly iam: object };
}

/** The event of a request that was received at `now` (epoch milliseconds), as JSON. */
export function payloadEvent(request: IncomingMessage, body: Buffer, now: number, context: PayloadContext): string {
  const { path, query } = splitTarget(request.url ?? "/");
  const { socket } = request;
  const { cookies, headers } = eventHeaders(request.rawHeaders);
  headers["x-forwarded-for"] = [headers["x-forwarded-for"], socket.remoteAddress].filter(Boolean).join(", ");
  headers["x-forwarded-port"] = String(socket.localPort);
  headers["x-forwarded-proto"] = "http";
  headers["x-amzn-trace-id"] ??= traceId(now);
  const { accountId, apiId, authorizer, routeKey, stage, requestId } = context;
  const domainName = headers.host ?? "";
  const encoded = body.length > 0 && isBinary(headers["content-type"], body);
  return JSON.stringify({
    version: "2.0",
    routeKey,
    rawPath: path,
    rawQueryString: query,
    cookies: cookies.length > 0 ? cookies : undefined,
    headers,
    queryStringParameters: query === "" ? undefined : queryParameters(query),
    requestContext: {
      accountId,
      apiId,
      authorizer,
      domainName,
      domainPrefix: domainName.split(/[.:]/, 1)[0],
      http: {
        method: request.method,
        path,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: socket.remoteAddress,
        userAgent: headers["user-agent"],
      },
      requestId,
      routeKey,
      stage,
      time: requestTime(now),
      timeEpoch: now,
    },
    body: body.length > 0 ? body.toString(encoded ? "base64" : "utf8") : undefined,
    isBase64Encoded: encoded,
  });
}

/** Headers between two neighbours on the way, which the gateways do not pass on. */
const HOP_BY_HOP = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** Headers by lower-case name with repeated ones joined by commas; cookies apart. */
function eventHeaders(rawHeaders: readonly string[]) {
  const cookies: string[] = [];
  // Names are the client's: no prototype may answer for them.
  const headers: Record<string, string> = Object.create(null);
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]?.toLowerCase() ?? "";
    const value = rawHeaders[index + 1] ?? "";
    if (name === "cookie") cookies.push(...value.split(/; */).filter(Boolean));
    else if (!HOP_BY_HOP.has(name)) headers[name] = headers[name] === undefined ? value : `${headers[name]},${value}`;
  }
  return { cookies, headers };
}

/** Decoded parameters; repeated ones joined by commas. */
function queryParameters(query: string): Record<string, string> {
  const parameters: Record<string, string> = Object.create(null);
  for (const [name, value] of new URLSearchParams(query))
    parameters[name] = parameters[name] === undefined ? value : `${parameters[name]},${value}`;
  return parameters;
}

/** Bodies of these types are passed as text, all others in base64. */
const TEXT = /^(text\/.*|application\/(json|javascript|xml|[^;]+\+(json|xml)))\s*(;|$)/i;

function isBinary(contentType: string | undefined, body: Buffer): boolean {
  return (contentType !== undefined && !TEXT.test(contentType)) || !isUtf8(body);
}

/** An answer as it goes to the client. */
export interface PayloadResponse {
  readonly status: number;
  readonly headers: HeaderList;
  readonly body: string | Buffer;
}

/** What a function's result means; undefined if it is not an answer that AWS understands. */
export function payloadResponse(json: string): PayloadResponse | undefined {
  const result = parseJson(json);
  if (result === undefined) return undefined;
  if (!isObject(result) || result.statusCode === undefined)
    // A result without a status is the body.
    return {
      status: 200,
      headers: ["content-type", "application/json"],
      body: typeof result === "string" ? result : json,
    };
  const { statusCode, headers = {}, cookies = [], body = "", isBase64Encoded = false } = result;
  const status = Number(statusCode);
  if (!Number.isInteger(status) || status < 200 || status > 599) return undefined;
  if (!isObject(headers ?? {}) || !Array.isArray(cookies) || typeof (body ?? "") !== "string") return undefined;
  const text = String(body ?? "");
  return {
    status,
    headers: responseHeaders(isObject(headers) ? headers : {}, cookies),
    body: isBase64Encoded === true ? Buffer.from(text, "base64") : text,
  };
}

function responseHeaders(headers: Readonly<Record<string, Json>>, cookies: readonly unknown[]): HeaderList {
  const list: HeaderList = [];
  let typed = false;
  for (const [name, value] of Object.entries(headers)) {
    const lower = name.toLowerCase();
    // The length is that of the body as it is sent.
    if (value === null || typeof value === "object" || lower === "content-length" || HOP_BY_HOP.has(lower)) continue;
    typed ||= lower === "content-type";
    list.push(name, String(value));
  }
  if (!typed) list.push("content-type", "application/json");
  for (const cookie of cookies) list.push("set-cookie", String(cookie));
  return list;
}
