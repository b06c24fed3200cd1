import { createHash } from "node:crypto";
import http from "node:http";
import type { AddressInfo } from "node:net";

/** Buckets over HTTP that keep objects and their conditions, and the caller's identity; no more of AWS than that. */
export interface FakeS3 {
  readonly url: string;
  /** The bytes of the objects by `bucket/key`. */
  readonly objects: Map<string, Buffer>;
  /** Every request, as `PUT bucket/key`. */
  readonly requests: string[];
  /** Called before an object is written; throwing drops the connection without an answer, once the object is there if `after`. */
  onPut: ((key: string) => "drop before" | "drop after" | undefined) | undefined;
  close(): Promise<void>;
}

const etagOf = (bytes: Buffer) => `"${createHash("md5").update(bytes).digest("hex")}"`;

/** Starts the double, for callers of an account. */
export async function startFakeS3(account: string): Promise<FakeS3> {
  const objects = new Map<string, Buffer>();
  const requests: string[] = [];
  const server = http.createServer(async (request, response) => {
    const url = new URL(request.url ?? "", "http://s3");
    const name = decodeURIComponent(url.pathname.slice(1));
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    requests.push(`${request.method} ${name}`);
    const xml = (status: number, text: string, headers = {}) =>
      response.writeHead(status, { "content-type": "application/xml", ...headers }).end(text);
    const error = (status: number, code: string) => xml(status, `<Error><Code>${code}</Code></Error>`);
    if (request.headers["x-amz-target"]) return response.writeHead(400).end('{"__type":"ResourceNotFoundException"}');
    if (name === "")
      return xml(
        200,
        `<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::${account}:user/jane</Arn><Account>${account}</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`,
      );
    const there = objects.get(name);
    if (request.method === "PUT") {
      const { "if-none-match": none, "if-match": match } = request.headers;
      if (none === "*" && there) return error(412, "PreconditionFailed");
      if (match !== undefined && (!there || etagOf(there) !== match)) return error(412, "PreconditionFailed");
      const fault = fake.onPut?.(name);
      const bytes = Buffer.concat(chunks);
      if (fault !== "drop before") objects.set(name, bytes);
      if (fault !== undefined) return request.socket.destroy();
      return xml(200, "", { etag: etagOf(bytes) });
    }
    if (request.method === "DELETE") {
      objects.delete(name);
      return response.writeHead(204).end();
    }
    if (url.searchParams.has("list-type")) {
      const prefix = `${name.replace(/\/$/, "")}/${url.searchParams.get("prefix") ?? ""}`;
      const keys = [...objects.keys()]
        .filter((key) => key.startsWith(prefix) && !key.slice(prefix.length).includes("/"))
        .map((key) => `<Contents><Key>${key.slice(key.indexOf("/") + 1)}</Key></Contents>`);
      return xml(200, `<ListBucketResult><IsTruncated>false</IsTruncated>${keys.sort().join("")}</ListBucketResult>`);
    }
    if (!there) return error(404, "NoSuchKey");
    return response.writeHead(200, { etag: etagOf(there) }).end(there);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const fake: FakeS3 = {
    url: `http://127.0.0.1:${port}`,
    objects,
    requests,
    onPut: undefined,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return fake;
}
