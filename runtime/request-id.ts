/** What names a request in every log line it causes, here and in whatever it calls. */
const REQUEST_ID = /^[\w.:/=-]{1,128}$/;

/** The caller's own request id, if it can be logged and sent on as it is; otherwise the given one. */
export const requestIdOf = (header: string | null | undefined, otherwise: string): string =>
  header && REQUEST_ID.test(header) ? header : otherwise;
