/**
 * The headers that a browser's page may exchange with the API. The stack puts them into the Function URL's CORS rules,
 * because AWS answers preflights itself: a header that a route reads or sends and that is missing here works with curl
 * and fails in every browser. Plain data without imports, so that both sides can read it. The API reads and sends
 * headers by these types only, and test/api/http/cors-headers.test.ts finds those that no route uses.
 */

/** The request headers that routes read; a page may send these and no others. */
export const requestHeaders = [
  "authorization",
  "content-type",
  "if-match",
  "if-none-match",
  "idempotency-key",
  "x-request-id",
] as const;

export type RequestHeader = (typeof requestHeaders)[number];

/** The response headers that routes send; a page's script may read these and the few that CORS always shows. */
export const responseHeaders = ["etag", "location", "retry-after", "www-authenticate", "x-request-id"] as const;

/**
 * A response header. Besides those that scripts may read there are some for the browser itself, and `allow`, whose
 * content is also in the problem's text.
 */
export type ResponseHeader =
  | (typeof responseHeaders)[number]
  | "allow"
  | "cache-control"
  | "content-security-policy"
  | "content-type"
  | "vary"
  | "x-content-type-options";

export type ResponseHeaders = Readonly<Partial<Record<ResponseHeader, string>>>;
