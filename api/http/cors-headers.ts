/**
 * The headers that a browser's page may exchange with the API. The stack puts them into the Function URL's CORS rules,
 * because AWS answers preflights itself: a header that a route reads or sends and that is missing here works with curl
 * and fails in every browser. Plain data without imports, so that both sides can read it.
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

/** The response headers that routes send; a page's script may read these and the few that CORS always shows. */
export const responseHeaders = ["etag", "location", "retry-after", "www-authenticate", "x-request-id"] as const;
