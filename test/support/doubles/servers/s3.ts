import { createHash } from "node:crypto";
import { EventEmitter, once } from "node:events";
import type { IncomingHttpHeaders } from "node:http";
import { type Answer, xml } from "./answers";

/** A request to S3, in the path style. */
export interface S3Request {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** The region that the request was signed for. */
  readonly region: string;
}

/** Where a connection drops without an answer: before the request had its effect, or after. */
export type Fault = "drop before" | "drop after";

/** Undefined drops the connection. */
type S3Answer = Answer | undefined;

interface Bucket {
  readonly region: string;
  /** What was put, such as `policy`, as it was put: S3 answers with the same document. */
  readonly settings: Map<string, Buffer>;
}

/** The settings of a bucket, with the error for one that nobody made; versioning is then empty. */
const SETTINGS: Readonly<Record<string, string | undefined>> = {
  publicAccessBlock: "NoSuchPublicAccessBlockConfiguration",
  ownershipControls: "OwnershipControlsNotFoundError",
  versioning: undefined,
  encryption: "ServerSideEncryptionConfigurationNotFoundError",
  policy: "NoSuchBucketPolicy",
  lifecycle: "NoSuchLifecycleConfiguration",
  tagging: "NoSuchTagSet",
};

const etagOf = (bytes: Buffer) => `"${createHash("md5").update(bytes).digest("hex")}"`;
const sha256Of = (bytes: Buffer) => createHash("sha256").update(bytes).digest("base64");
const failure = (status: number, code: string, headers = {}): Answer =>
  xml(`<Error><Code>${code}</Code></Error>`, status, headers);

/** S3 as an account's buckets of every region, their settings, and objects with conditional writes, whole or in parts. */
export class S3 {
  readonly buckets = new Map<string, Bucket>();
  /** The bytes of the objects by `bucket/key`. */
  readonly objects = new Map<string, Buffer>();
  /** Uploads in parts that are under way, by `bucket/key`. */
  readonly uploads = new Map<string, Map<number, Buffer>>();
  /** Called before an object is written, or a part (`bucket/key#2`). */
  onPut: ((key: string) => Fault | undefined) | undefined;
  /** Grows with every change of an object. */
  version = 0;
  private readonly changes = new EventEmitter();

  /** @param everyBucket - objects may be in any bucket, and none has to be made */
  constructor(
    private readonly account: string,
    private readonly everyBucket = false,
  ) {}

  /** Waits until nobody holds the lock of a state. */
  async unlocked(): Promise<void> {
    while ([...this.objects.keys()].some((name) => name.endsWith(".tflock"))) await once(this.changes, "change");
  }

  /** Answers a request; what S3 is not asked by us or by Terraform's backend is refused. */
  answer(request: S3Request): S3Answer {
    const { method, url, headers, region } = request;
    const owner = headers["x-amz-expected-bucket-owner"];
    if (owner !== undefined && owner !== this.account) return failure(403, "AccessDenied");
    const name = decodeURIComponent(url.pathname.slice(1)).replace(/\/$/, "");
    if (name === "") return this.list();
    const [bucketName = "", ...rest] = name.split("/");
    const bucket = this.buckets.get(bucketName);
    if (rest.length === 0 && method === "PUT" && url.search.replace("?x-id=CreateBucket", "") === "")
      return this.create(bucketName, request);
    if (bucket && bucket.region !== region)
      return failure(301, "PermanentRedirect", { "x-amz-bucket-region": bucket.region });
    if (!bucket && !this.everyBucket) return failure(404, "NoSuchBucket");
    if (rest.length > 0) return this.object(name, request);
    if (url.searchParams.has("list-type")) return this.listObjects(bucketName, url.searchParams);
    if (!bucket) return failure(404, "NoSuchBucket");
    const setting = Object.keys(SETTINGS).find((known) => url.searchParams.has(known));
    if (setting !== undefined) return settingOf(bucket, setting, request);
    if (method === "HEAD") return { status: 200, headers: { "x-amz-bucket-region": bucket.region } };
    return failure(501, "NotImplemented");
  }

  private list(): S3Answer {
    const buckets = [...this.buckets.keys()].map((bucket) => `<Bucket><Name>${bucket}</Name></Bucket>`);
    return xml(`<ListAllMyBucketsResult><Buckets>${buckets.join("")}</Buckets></ListAllMyBucketsResult>`);
  }

  /** Every region but the first wants to be named, and that one refuses to be. */
  private create(name: string, { body, region }: S3Request): S3Answer {
    const [, constraint] = /<LocationConstraint>([^<]*)</.exec(body.toString("utf8")) ?? [];
    if (constraint !== (region === "us-east-1" ? undefined : region))
      return failure(400, region === "us-east-1" ? "InvalidLocationConstraint" : "IllegalLocationConstraintException");
    if (this.buckets.has(name)) return failure(409, "BucketAlreadyOwnedByYou");
    this.buckets.set(name, { region, settings: new Map() });
    return { status: 200, headers: { location: `/${name}` } };
  }

  private object(name: string, { method, url, headers, body }: S3Request): S3Answer {
    const [there, bytes] = [this.objects.get(name), contentOf(body, headers)];
    const { "if-none-match": none, "if-match": match, "x-amz-checksum-sha256": checksum } = headers;
    if (checksum !== undefined && checksum !== sha256Of(bytes)) return failure(400, "BadDigest");
    if (url.searchParams.has("uploads")) {
      this.uploads.set(name, new Map());
      return xml(`<InitiateMultipartUploadResult><UploadId>${name}</UploadId></InitiateMultipartUploadResult>`);
    }
    const number = url.searchParams.get("partNumber");
    // Ours have S3 compare every part by SHA-256.
    if (number !== null && checksum === undefined) return failure(400, "InvalidRequest");
    if (url.searchParams.has("uploadId")) return this.upload(name, method, Number(number), bytes);
    if (method === "PUT") {
      if (none === "*" && there) return failure(412, "PreconditionFailed");
      if (match !== undefined && (!there || etagOf(there) !== match)) return failure(412, "PreconditionFailed");
      return this.put(name, bytes, (written) => {
        this.objects.set(name, written);
        this.changed();
      });
    }
    if (method === "DELETE") {
      this.objects.delete(name);
      this.changed();
      return { status: 204 };
    }
    if (!there) return failure(404, "NoSuchKey");
    const about = { etag: etagOf(there), "content-length": String(there.length) };
    return { status: 200, headers: about, ...(method === "GET" && { body: there }) };
  }

  /** Takes a part of an upload, ends one or gives it up. */
  private upload(name: string, method: string, number: number, bytes: Buffer): S3Answer {
    const parts = this.uploads.get(name);
    if (!parts) return failure(404, "NoSuchUpload");
    if (method === "PUT") return this.put(`${name}#${number}`, bytes, (part) => parts.set(number, part));
    this.uploads.delete(name);
    if (method === "DELETE") return { status: 204 };
    this.objects.set(name, Buffer.concat([...parts].sort(([one], [other]) => one - other).map(([, part]) => part)));
    this.changed();
    return xml("<CompleteMultipartUploadResult/>");
  }

  private put(name: string, bytes: Buffer, write: (bytes: Buffer) => unknown): S3Answer {
    const fault = this.onPut?.(name);
    if (fault !== "drop before") write(bytes);
    if (fault !== undefined) return undefined;
    return { status: 200, headers: { etag: etagOf(bytes), "x-amz-checksum-sha256": sha256Of(bytes) } };
  }

  private changed(): void {
    this.version++;
    this.changes.emit("change");
  }

  private listObjects(bucket: string, query: URLSearchParams): S3Answer {
    const [prefix, delimiter] = [query.get("prefix") ?? "", query.get("delimiter")];
    const keys = [...this.objects.keys()]
      .filter((name) => name.startsWith(`${bucket}/${prefix}`))
      .map((name) => name.slice(bucket.length + 1))
      .sort();
    const folderOf = (key: string) => {
      const end = delimiter ? key.indexOf(delimiter, prefix.length) : -1;
      return end < 0 ? undefined : key.slice(0, end + 1);
    };
    const contents = keys.filter((key) => folderOf(key) === undefined).map((key) => `<Key>${key}</Key>`);
    const folders = new Set(keys.flatMap((key) => folderOf(key) ?? []));
    return xml(
      `<ListBucketResult><IsTruncated>false</IsTruncated>${contents.map((key) => `<Contents>${key}</Contents>`).join("")}` +
        `${[...folders].map((folder) => `<CommonPrefixes><Prefix>${folder}</Prefix></CommonPrefixes>`).join("")}</ListBucketResult>`,
    );
  }
}

function settingOf({ settings }: Bucket, name: string, { method, body, headers }: S3Request): S3Answer {
  if (method === "PUT") {
    settings.set(name, contentOf(body, headers));
    return { status: 200 };
  }
  const content = settings.get(name);
  if (content) return { status: 200, body: content };
  const none = SETTINGS[name];
  return none === undefined ? xml("<VersioningConfiguration/>") : failure(404, none);
}

/** Takes the frames off a body that is sent in chunks, each with its length: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html */
function contentOf(body: Buffer, headers: IncomingHttpHeaders): Buffer {
  if (!String(headers["content-encoding"] ?? "").includes("aws-chunked")) return body;
  const parts: Buffer[] = [];
  for (let at = 0; ; ) {
    const end = body.indexOf("\r\n", at);
    const length = Number.parseInt(body.subarray(at, end).toString("latin1"), 16);
    if (!(length > 0)) return Buffer.concat(parts);
    parts.push(body.subarray(end + 2, end + 2 + length));
    at = end + 2 + length + 2;
  }
}
