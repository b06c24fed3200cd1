import { createHash } from "node:crypto";
import http from "node:http";
import type { AddressInfo } from "node:net";
import type { JsonObject } from "../../../../local/shared/json";

/** Where a connection drops without an answer: before the request had its effect, or after. */
type Fault = "drop before" | "drop after";

/**
 * The little of AWS over HTTP that commands need: who calls, objects with their conditions, and for everything else
 * what the test answers.
 */
export interface FakeAws {
  readonly url: string;
  /** The bytes of the objects by `bucket/key`. */
  readonly objects: Map<string, Buffer>;
  /** Uploads in parts that are under way, by `bucket/key`. */
  readonly uploads: ReadonlyMap<string, ReadonlyMap<number, Buffer>>;
  /** Every request, as `PUT bucket/key`. */
  readonly requests: string[];
  /** Called before an object is written, or a part (`bucket/key#2`); what it returns drops the connection without an answer, once the object is there if `after`. */
  onPut: ((key: string) => Fault | undefined) | undefined;
  /** Called before a request has any effect; what it returns drops the connection. */
  onRequest: (() => Fault | undefined) | undefined;
  /** Answers calls of services that speak JSON, such as `DynamoDB_20120810.Scan`, and of Lambda, such as `PUT name`. */
  answer: (operation: string, input: JsonObject) => Promise<JsonObject>;
  close(): Promise<void>;
}

/** An error of a service that the SDK knows by its name. */
export class Refusal extends Error {
  constructor(name: string) {
    super(name);
    this.name = name;
  }
}

const sha256Of = (bytes: Buffer) => createHash("sha256").update(bytes).digest("base64");
const etagOf = (bytes: Buffer) => `"${createHash("md5").update(bytes).digest("hex")}"`;

/** Starts the double, for callers of an account. */
export async function startFakeAws(account: string): Promise<FakeAws> {
  const objects = new Map<string, Buffer>();
  const requests: string[] = [];
  /** The parts of uploads that are under way, by the object's name. */
  const parts = new Map<string, Map<number, Buffer>>();
  const server = http.createServer(async (request, response) => {
    const url = new URL(request.url ?? "", "http://s3");
    const name = decodeURIComponent(url.pathname.slice(1));
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    requests.push(`${request.method} ${name}`);
    const dropped = fake.onRequest?.();
    if (dropped === "drop before") return request.socket.destroy();
    if (dropped === "drop after") response.end = () => request.socket.destroy() && response;
    const xml = (status: number, text: string, headers = {}) =>
      response.writeHead(status, { "content-type": "application/xml", ...headers }).end(text);
    const error = (status: number, code: string) => xml(status, `<Error><Code>${code}</Code></Error>`);
    const target = request.headers["x-amz-target"];
    const called = target ?? (name.includes("/functions/") ? `${request.method} ${name.split("/")[2]}` : undefined);
    if (called !== undefined) {
      try {
        const text = Buffer.concat(chunks).toString("utf8");
        const answer = await fake.answer(String(called), text === "" ? {} : JSON.parse(text));
        return response.writeHead(200, { "content-type": "application/x-amz-json-1.0" }).end(JSON.stringify(answer));
      } catch (error) {
        const type = error instanceof Error ? error.name : "InternalFailure";
        const body = JSON.stringify({ __type: type, message: error instanceof Error ? error.message : type });
        return response.writeHead(400, { "x-amzn-errortype": type }).end(body);
      }
    }
    if (name === "")
      return xml(
        200,
        `<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::${account}:user/jane</Arn><Account>${account}</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`,
      );
    const there = objects.get(name);
    const body = Buffer.concat(chunks);
    const { "x-amz-checksum-sha256": checksum } = request.headers;
    if (checksum !== undefined && checksum !== sha256Of(body)) return error(400, "BadDigest");
    const partOf = parts.get(url.searchParams.get("uploadId") ?? "");
    if (partOf) {
      const number = Number(url.searchParams.get("partNumber"));
      if (request.method === "DELETE") return parts.delete(name) && response.writeHead(204).end();
      if (request.method === "POST") {
        objects.set(name, Buffer.concat([...partOf].sort(([one], [other]) => one - other).map(([, part]) => part)));
        return xml(200, "<CompleteMultipartUploadResult/>");
      }
      if (fake.onPut?.(`${name}#${number}`) !== undefined) return request.socket.destroy();
      partOf.set(number, body);
      return xml(200, "", { etag: etagOf(body), "x-amz-checksum-sha256": sha256Of(body) });
    }
    if (url.searchParams.has("uploads")) {
      parts.set(name, new Map());
      return xml(200, `<InitiateMultipartUploadResult><UploadId>${name}</UploadId></InitiateMultipartUploadResult>`);
    }
    if (request.method === "PUT") {
      const { "if-none-match": none, "if-match": match } = request.headers;
      if (none === "*" && there) return error(412, "PreconditionFailed");
      if (match !== undefined && (!there || etagOf(there) !== match)) return error(412, "PreconditionFailed");
      const fault = fake.onPut?.(name);
      if (fault !== "drop before") objects.set(name, body);
      if (fault !== undefined) return request.socket.destroy();
      return xml(200, "", { etag: etagOf(body) });
    }
    if (request.method === "DELETE") {
      objects.delete(name);
      return response.writeHead(204).end();
    }
    if (url.searchParams.has("list-type")) {
      const prefix = `${name.replace(/\/$/, "")}/${url.searchParams.get("prefix") ?? ""}`;
      const inside = (key: string) => key.slice(key.indexOf("/") + 1);
      const found = [...objects.keys()].filter((key) => key.startsWith(prefix));
      const folders = found.flatMap((key) => {
        const [folder, ...rest] = key.slice(prefix.length).split("/");
        return rest.length > 0 ? [inside(`${prefix}${folder}/`)] : [];
      });
      const keys = [
        ...found
          .filter((key) => !key.slice(prefix.length).includes("/"))
          .map((key) => `<Contents><Key>${inside(key)}</Key></Contents>`),
        ...[...new Set(folders)].map((folder) => `<CommonPrefixes><Prefix>${folder}</Prefix></CommonPrefixes>`),
      ];
      return xml(200, `<ListBucketResult><IsTruncated>false</IsTruncated>${keys.sort().join("")}</ListBucketResult>`);
    }
    if (!there) return error(404, "NoSuchKey");
    if (request.method === "HEAD") return response.writeHead(200, { "content-length": there.length }).end();
    return response.writeHead(200, { etag: etagOf(there) }).end(there);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const fake: FakeAws = {
    url: `http://127.0.0.1:${port}`,
    objects,
    uploads: parts,
    requests,
    onPut: undefined,
    onRequest: undefined,
    answer: async () => {
      throw new Refusal("ResourceNotFoundException");
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return fake;
}
