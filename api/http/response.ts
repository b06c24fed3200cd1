import { HTTPResponse } from "h3";
import { isKnown } from "./conditional";
import type { ResponseHeaders } from "./cors-headers";
import { headerIn, requestIdIn } from "./request";

/** The result of a route's handler, which becomes the response. */
export interface Result {
  /** @default 200 */
  readonly status?: number;
  /** An object is sent as JSON, text as it is. */
  readonly body?: object | string;
  /** Names this state of the resource: a GET by a client that knows it already is answered with 304. */
  readonly etag?: string;
  readonly headers?: ResponseHeaders;
}

/** Returns the headers that every response has, problems included. */
export const commonHeaders = (requestId: string) =>
  ({
    // Unless something else is said, a response is for this request only.
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "x-request-id": requestId,
  }) satisfies ResponseHeaders;

/** Returns the response to a request that was served with this result. */
export function responseTo(request: Request, { status = 200, body, etag, headers: others }: Result): HTTPResponse {
  const headers: ResponseHeaders = {
    ...commonHeaders(requestIdIn(request)),
    // A browser may keep it, but has to ask each time whether it has changed.
    ...(etag && { etag, "cache-control": "no-cache", vary: "authorization" }),
    ...others,
  };
  const isReading = request.method === "GET" || request.method === "HEAD";
  if (etag && isReading && isKnown(headerIn(request, "if-none-match") ?? "", etag))
    return new HTTPResponse(null, { status: 304, headers });
  if (typeof body !== "object") return new HTTPResponse(body ?? null, { status, headers });
  return new HTTPResponse(JSON.stringify(body), {
    status,
    headers: { ...headers, "content-type": "application/json" },
  });
}
