import { isUtf8 } from "node:buffer";
import type { IncomingMessage } from "node:http";
import { requestTime, traceId } from "../shared/identifiers";
import { HOP_BY_HOP, splitTarget } from "./messages";

/** The members of an event that do not come from the request itself, and the two ways in which the callers differ. */
export interface PayloadContext {
  readonly accountId: string;
  readonly apiId: string;
  readonly routeKey: string;
  readonly stage: string;
  readonly requestId: string;
  readonly authorizer?: { readonly iam: object };
  /** The path for `rawPath`, which a Function URL passes on as it was sent and an HTTP API decoded. */
  readonly rawPath: string;
  /** The decoded path for `requestContext.http.path`. */
  readonly path: string;
  /** The service that builds the event. */
  readonly source: "function-url" | "http-api";
}

/**
 * Builds the event of payload format 2.0 for a request received at `now` (epoch milliseconds), as JSON.
 *
 * The format is documented at
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html and recorded,
 * for both services, in vokerhttp/testdata of https://github.com/hotsock/voker.
 */
export function payloadEvent(request: IncomingMessage, body: Buffer, now: number, context: PayloadContext): string {
  const { query } = splitTarget(request.url ?? "/");
  const { socket } = request;
  const { accountId, apiId, authorizer, routeKey, stage, requestId, rawPath, path, source } = context;
  const { cookies, headers } = eventHeaders(request.rawHeaders, source);
  headers["x-forwarded-for"] = [headers["x-forwarded-for"], socket.remoteAddress].filter(Boolean).join(", ");
  headers["x-forwarded-port"] = String(socket.localPort);
  headers["x-forwarded-proto"] = "http";
  headers["x-amzn-trace-id"] ??= traceId(now);
  // An HTTP API always passes a length on, even where the client sent none.
  if (source === "http-api") headers["content-length"] ??= String(body.length);
  const domainName = headers.host ?? "";
  const encoded = body.length > 0 && isBinary(headers["content-type"], body, source);
  return JSON.stringify({
    version: "2.0",
    routeKey,
    rawPath,
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

/** Returns headers by lower-case name, with repeated ones joined by commas, and the cookies as a list. */
function eventHeaders(rawHeaders: readonly string[], source: PayloadContext["source"]) {
  const cookies: string[] = [];
  // Clients choose the names, so no prototype may answer for them.
  const headers: Record<string, string> = Object.create(null);
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]?.toLowerCase() ?? "";
    const value = rawHeaders[index + 1] ?? "";
    if (name === "cookie") cookies.push(...value.split(/; */).filter(Boolean));
    else if (!HOP_BY_HOP.has(name)) headers[name] = headers[name] === undefined ? value : `${headers[name]},${value}`;
  }
  // A Function URL keeps the header beside the list; an HTTP API takes it out.
  if (source === "function-url" && cookies.length > 0) headers.cookie = cookies.join("; ");
  return { cookies, headers };
}

/** Returns the decoded parameters, with repeated ones joined by commas. */
function queryParameters(query: string): Record<string, string> {
  const parameters: Record<string, string> = Object.create(null);
  for (const [name, value] of new URLSearchParams(query))
    parameters[name] = parameters[name] === undefined ? value : `${parameters[name]},${value}`;
  return parameters;
}

/** Media types whose bodies are passed on as text; those of all others are base64. */
const TEXT = /^(text\/.*|application\/(json|javascript|xml|[^;]+\+(json|xml)))\s*(;|$)/i;

function isBinary(contentType: string | undefined, body: Buffer, source: PayloadContext["source"]): boolean {
  const text = contentType === undefined ? source === "function-url" : TEXT.test(contentType);
  return !text || !isUtf8(body);
}
