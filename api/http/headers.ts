/** What every answer carries, problems included. */
export const headersOfAll = (requestId: string) => ({
  // Unless something else is said, an answer is for this request only.
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
  "x-request-id": requestId,
});
