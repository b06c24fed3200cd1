import { createHash } from "node:crypto";
import { EventEmitter, once } from "node:events";
import type { IncomingHttpHeaders } from "node:http";

/** A request to S3, in the path style. */
export interface S3Request {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** The region that the request was signed for. */
  readonly region: string;
}

export interface S3Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | string;
}

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
const failure = (status: number, code: string, headers = {}): S3Answer => ({
  status,
  headers: { "content-type": "application/xml", ...headers },
  body: `<Error><Code>${code}</Code></Error>`,
});
const xml = (body: string): S3Answer => ({ status: 200, headers: { "content-type": "application/xml" }, body });

/** S3 as an account's buckets of every region, their settings, and objects with conditional writes. */
export class S3 {
  readonly buckets = new Map<string, Bucket>();
  /** The bytes of the objects by `bucket/key`. */
  readonly objects = new Map<string, Buffer>();
  /** Grows with every change of an object. */
  version = 0;
  private readonly changes = new EventEmitter();

  constructor(private readonly account: string) {}

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
    if (!bucket) return failure(404, "NoSuchBucket");
    if (bucket.region !== region) return failure(301, "PermanentRedirect", { "x-amz-bucket-region": bucket.region });
    if (rest.length > 0) return this.object(name, request);
    const setting = Object.keys(SETTINGS).find((known) => url.searchParams.has(known));
    if (setting !== undefined) return settingOf(bucket, setting, request);
    if (method === "HEAD") return { status: 200, headers: { "x-amz-bucket-region": bucket.region } };
    if (url.searchParams.has("list-type")) return this.listObjects(bucketName, url.searchParams);
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

  private object(name: string, { method, headers, body }: S3Request): S3Answer {
    const there = this.objects.get(name);
    if (method === "PUT") {
      const { "if-none-match": none, "if-match": match } = headers;
      if (none === "*" && there) return failure(412, "PreconditionFailed");
      if (match !== undefined && (!there || etagOf(there) !== match)) return failure(412, "PreconditionFailed");
      const bytes = contentOf(body, headers);
      this.objects.set(name, bytes);
      this.changed();
      return { status: 200, headers: { etag: etagOf(bytes) } };
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
