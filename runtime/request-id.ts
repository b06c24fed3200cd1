/** The form of a request id, which names a request in every log line that it causes, here and in what it calls. */
const REQUEST_ID = /^[\w.:/=-]{1,128}$/;

/** Returns the caller's own request id if it can be logged and sent on as it is, and otherwise the given one. */
export const requestIdOf = (header: string | null | undefined, otherwise: string): string =>
  header && REQUEST_ID.test(header) ? header : otherwise;
