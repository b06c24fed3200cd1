/**
 * Translates between Lambda's function URL events (payload format 2.0,
 * https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html) and the standard's Request and Response.
 */
import type { H3 } from "h3";
import * as z from "zod/mini";
import type { Log } from "../../runtime/log";
import { PROBLEM_TYPE, problem } from "../../runtime/problem";
import { requestIdOf } from "../../runtime/request-id";
import type { RequestHeader } from "./cors-headers";
import { commonHeaders } from "./response";

const urlEvent = z.object({
  rawPath: z.string(),
  rawQueryString: z.nullish(z.string()),
  headers: z.nullish(z.record(z.string(), z.nullish(z.string()))),
  cookies: z.nullish(z.array(z.string())),
  body: z.nullish(z.string()),
  isBase64Encoded: z.nullish(z.boolean()),
  requestContext: z.object({ requestId: z.string(), http: z.object({ method: z.string() }) }),
});

type UrlEvent = z.output<typeof urlEvent>;

export interface UrlResponse {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies?: readonly string[];
  readonly body: string;
  readonly isBase64Encoded: boolean;
}

/**
 * The largest response that Lambda takes, in bytes of JSON
 * (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html).
 */
const RESPONSE_BYTES = 6 * 1024 * 1024;

const METHODS = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

const REQUEST_ID: RequestHeader = "x-request-id";

/** Makes a Lambda handler that has the application answer, and always answers, whatever event comes and whatever fails. */
export function urlHandler(app: H3, log: Log): (event: unknown) => Promise<UrlResponse> {
  return async (event) => {
    const parsed = urlEvent.safeParse(event);
    if (!parsed.success) return failure(400, "The event is not a function URL's request.");
    const { http, requestId: lambdasId } = parsed.data.requestContext;
    const requestId = requestIdOf(parsed.data.headers?.[REQUEST_ID], lambdasId);
    const refuse = (status: number, detail: string) => failure(status, detail, { requestId, method: http.method });
    if (!METHODS.has(http.method)) return refuse(501, "The method is not known here.");
    let request: Request;
    try {
      request = requestOf(parsed.data, requestId);
    } catch {
      return refuse(400, "The request has a header or a path that HTTP does not allow.");
    }
    try {
      const response = await responseOf(await app.request(request));
      if (fits(response)) return response;
      log.error("A response is larger than Lambda takes", { status: response.statusCode, request_id: requestId });
      return refuse(500, "The response is too large to send. Ask for less at once.");
    } catch (error) {
      log.error("A request could not be answered", { error, request_id: requestId });
      return refuse(500, "The request failed. Give its request_id when you report it.");
    }
  };
}

/** Returns a problem document. An event that is no request has no id, and no client that could keep the response. */
function failure(
  status: number,
  detail: string,
  request?: { readonly requestId: string; readonly method: string },
): UrlResponse {
  const headers = { ...(request && commonHeaders(request.requestId)), "content-type": PROBLEM_TYPE };
  const body = JSON.stringify({ ...problem(status, detail), request_id: request?.requestId });
  return { statusCode: status, headers, body: request?.method === "HEAD" ? "" : body, isBase64Encoded: false };
}

/**
 * Returns the request that an event carries, with its id in the header `x-request-id`. The path and the query are as the
 * client sent them, still encoded. The host is not the client's to choose: it is a constant, and a path such as
 * `//example.com` stays a path.
 */
function requestOf(
  { rawPath, rawQueryString, headers, cookies, body, isBase64Encoded, requestContext }: UrlEvent,
  requestId: string,
): Request {
  const url = `https://api.internal${rawPath.startsWith("/") ? "" : "/"}${rawPath}${rawQueryString ? `?${rawQueryString}` : ""}`;
  const { method } = requestContext.http;
  const sent = new Headers();
  for (const name in headers) {
    const value = headers[name];
    if (value != null) sent.set(name, asByteString(value));
  }
  if (cookies?.length) sent.set("cookie", asByteString(cookies.join("; ")));
  sent.set(REQUEST_ID, requestId);
  // A GET with a body is a request without one: nothing here reads it, and no Request can have it.
  if (!body || method === "GET" || method === "HEAD") return new Request(url, { method, headers: sent });
  return new Request(url, { method, headers: sent, body: isBase64Encoded ? Buffer.from(body, "base64") : body });
}

/** Returns the response in Lambda's form: text as it is, everything else in base64. */
async function responseOf(response: Response): Promise<UrlResponse> {
  const headers: Record<string, string> = {};
  for (const [name, value] of response.headers) if (name !== "set-cookie") headers[name] = value;
  const cookies = response.headers.getSetCookie();
  const isBase64Encoded = response.body !== null && !isText(response.headers);
  const body = isBase64Encoded ? Buffer.from(await response.arrayBuffer()).toString("base64") : await response.text();
  return { statusCode: response.status, headers, ...(cookies.length > 0 && { cookies }), body, isBase64Encoded };
}

/** Returns a header's value as bytes: characters beyond one byte become UTF-8, which is how they came. */
function asByteString(value: string): string {
  return /[\u0100-\uffff]/.test(value) ? Buffer.from(value).toString("latin1") : value;
}

const TEXT = /^text\/|[/+](json|xml|javascript|x-www-form-urlencoded)\b/i;

function isText(headers: Headers): boolean {
  return !headers.has("content-encoding") && TEXT.test(headers.get("content-type") ?? "");
}

function fits(response: UrlResponse): boolean {
  // A character of JSON takes six bytes at most, so a small body need not be measured.
  return response.body.length * 6 < RESPONSE_BYTES / 2 || Buffer.byteLength(JSON.stringify(response)) <= RESPONSE_BYTES;
}
