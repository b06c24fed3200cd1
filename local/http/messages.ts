import type { IncomingMessage, ServerResponse } from "node:http";

/** Reads a request's body; undefined if it is larger than `limit` bytes, in which case the rest is not kept. */
export function readBody(request: IncomingMessage, limit: number): Promise<Buffer | undefined> {
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

/** Answers with JSON, and with further headers: name, value, name, value. */
export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: readonly string[] = [],
): void {
  const text = JSON.stringify(body);
  const length = String(Buffer.byteLength(text));
  response.writeHead(status, ["content-type", "application/json", "content-length", length, ...headers]);
  response.end(text);
}

/** The path of a request target, and its query without the question mark. */
export function splitTarget(target: string): { readonly path: string; readonly query: string } {
  const mark = target.indexOf("?");
  return mark < 0 ? { path: target, query: "" } : { path: target.slice(0, mark), query: target.slice(mark + 1) };
}
