import { type H3Event, HTTPResponse } from "h3";
import { isKnown } from "./conditional";
import { headersOfAll } from "./headers";
import { type Reply, requestIdIn } from "./route";

/** The response to a request that was served. */
export function answer(event: H3Event, { status = 200, body, etag, headers }: Reply): HTTPResponse {
  const all = {
    ...headersOfAll(requestIdIn(event)),
    // It may be kept, but has to be asked for each time.
    ...(etag && { etag, "cache-control": "no-cache", vary: "authorization" }),
    ...headers,
  };
  const isReading = event.req.method === "GET" || event.req.method === "HEAD";
  if (etag && isReading && isKnown(event.req.headers.get("if-none-match") ?? "", etag))
    return new HTTPResponse(null, { status: 304, headers: all });
  if (body === undefined) return new HTTPResponse(null, { status, headers: all });
  if (typeof body === "string") return new HTTPResponse(body, { status, headers: all });
  return new HTTPResponse(JSON.stringify(body), { status, headers: { ...all, "content-type": "application/json" } });
}
