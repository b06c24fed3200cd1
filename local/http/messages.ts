import type { IncomingMessage, ServerResponse } from "node:http";

/** Response headers as Node.js takes them: name, value, name, value. */
export type HeaderList = string[];

/** Reads a request's body. Returns undefined if it is larger than `limit` bytes, in which case the rest is not kept. */
export function readBody(request: IncomingMessage, limit: number): Promise<Buffer | undefined> {
  if (!hasBody(request)) return Promise.resolve(EMPTY_BODY);
  return new Promise((resolve, reject) => {
    let chunks: Buffer[] = [];
    let length = 0;
    request.on("data", (chunk: Buffer) => {
      length += chunk.length;
      if (length > limit) chunks = [];
      else chunks.push(chunk);
    });
    request.on("end", () => {
      const [first, second] = chunks;
      if (length > limit) resolve(undefined);
      else resolve(second === undefined && first ? first : Buffer.concat(chunks));
    });
    request.on("error", reject);
  });
}

const EMPTY_BODY = Buffer.alloc(0);

/** Returns whether a request announces a body. Those that do not need not be waited for. */
function hasBody({ headers }: IncomingMessage): boolean {
  return headers["content-length"] !== undefined || headers["transfer-encoding"] !== undefined;
}

/** Sends a response with a JSON body. */
export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<HeaderList> = [],
): void {
  const text = JSON.stringify(body);
  const length = String(Buffer.byteLength(text));
  response.writeHead(status, ["content-type", "application/json", "content-length", length, ...headers]);
  response.end(text);
}

/** Splits a request target into its path and its query without the question mark. */
export function splitTarget(target: string): { readonly path: string; readonly query: string } {
  const mark = target.indexOf("?");
  return mark < 0 ? { path: target, query: "" } : { path: target.slice(0, mark), query: target.slice(mark + 1) };
}

/** Undoes percent-encoding. Returns undefined if the text is malformed. */
export function percentDecoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/**
 * Headers between two neighbours on the way, which the gateways do not pass on; see
 * https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1
 */
export const HOP_BY_HOP: ReadonlySet<string> = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);
