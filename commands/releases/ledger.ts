import fs from "node:fs";
import path from "node:path";
import {
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
  S3ServiceException,
} from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import { sha256 } from "../../review/binding";
import { CommandError } from "../errors/command-error";
import { EXIT } from "../errors/exit-codes";
import { type Release, readRelease } from "./release";

/** Digits of a release's number in its key, so that keys sort as numbers do. */
const DIGITS = 6;

/** A release as it is written, with the version of its object. */
export interface Entry {
  readonly release: Release;
  readonly etag: string;
}

/**
 * The releases of an environment: an object each, beside the states, `<project>/<environment>/releases/000007.json`.
 *
 * Every write is conditional: a number is given once, and an entry is changed only by whoever has its latest version.
 * None is given up when a command is interrupted, since the ledger is to tell of that too.
 */
export class Ledger {
  /** @param folder - the key's beginning, such as `blogapp/staging/` */
  constructor(
    private readonly s3: S3Client,
    private readonly bucket: string,
    private readonly folder: string,
  ) {}

  /** Reads every release, the first one first. */
  async all(): Promise<Release[]> {
    const keys = await this.keys();
    return Promise.all(keys.map(async (key) => readRelease((await this.read(key)).toString("utf8"), key)));
  }

  /**
   * Writes the next release, which nobody has written yet.
   *
   * @throws CommandError (refused) if somebody else began one at the same time
   */
  async begin(release: Omit<Release, "number" | "version">): Promise<Entry> {
    const last = (await this.keys()).at(-1);
    const number = last === undefined ? 1 : Number(/(\d+)\.json$/.exec(last)?.[1]) + 1;
    const next: Release = { version: 1, number, ...release };
    return { release: next, etag: await this.write(next, { IfNoneMatch: "*" }) };
  }

  /**
   * Changes a release.
   *
   * @throws CommandError (refused) if somebody else changed it since
   */
  async change({ release, etag }: Entry, changes: Partial<Release>): Promise<Entry> {
    const changed = { ...release, ...changes };
    return { release: changed, etag: await this.write(changed, { IfMatch: etag }) };
  }

  /** Keeps the bytes of a release, under their own hash: what is there already is the same. Returns the hash. */
  async keep(bytes: Buffer): Promise<string> {
    const hash = sha256(bytes);
    await this.s3.send(
      new PutObjectCommand({
        Bucket: this.bucket,
        Key: this.bundleKey(hash),
        Body: bytes,
        ServerSideEncryption: "AES256",
      }),
    );
    return hash;
  }

  /** Returns kept bytes. Throws if they are not what was kept. */
  async kept(hash: string): Promise<Buffer> {
    const key = this.bundleKey(hash);
    const bytes = await this.read(key);
    if (sha256(bytes) === hash) return bytes;
    throw new CommandError({
      subject: `s3://${this.bucket}/${key}`,
      mistake: "is not what was kept: its hash is another one",
      remedy: "look at the object's versions; who changed it?",
    });
  }

  /**
   * Keeps an export of tables, under its file's name: in one request, or in parts that S3 compares with their SHA-256. An
   * upload that fails leaves nothing. Parts are as large as 10,000 of them need to be:
   * https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html
   *
   * @returns its address
   * @throws the signal's reason if it aborts; CommandError if what is there afterwards is not as long as the file
   */
  async keepExport(file: string, signal: AbortSignal): Promise<string> {
    const where = { Bucket: this.bucket, Key: `${this.folder}exports/${path.basename(file)}` };
    const upload = new Upload({
      client: this.s3,
      params: {
        ...where,
        Body: fs.createReadStream(file),
        ChecksumAlgorithm: "SHA256",
        ServerSideEncryption: "AES256",
      },
    });
    const stop = () => void upload.abort();
    signal.addEventListener("abort", stop, { once: true });
    try {
      await upload.done();
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    } finally {
      signal.removeEventListener("abort", stop);
    }
    const address = `s3://${where.Bucket}/${where.Key}`;
    const { size } = fs.statSync(file);
    const { ContentLength } = await this.s3.send(new HeadObjectCommand(where));
    if (ContentLength === size) return address;
    throw new CommandError({
      subject: address,
      mistake: `has ${ContentLength} bytes and not the ${size} of ${file}`,
      remedy: "run the command again; nothing was deleted",
    });
  }

  private bundleKey(hash: string): string {
    return `${this.folder}releases/bundles/${hash.replace("sha256:", "")}`;
  }

  private async keys(): Promise<string[]> {
    const keys: string[] = [];
    let token: string | undefined;
    do {
      const page = await this.s3.send(
        new ListObjectsV2Command({
          Bucket: this.bucket,
          Prefix: `${this.folder}releases/`,
          Delimiter: "/",
          ...(token && { ContinuationToken: token }),
        }),
      );
      keys.push(...(page.Contents ?? []).flatMap(({ Key }) => (Key?.endsWith(".json") ? [Key] : [])));
      token = page.NextContinuationToken;
    } while (token);
    return keys.sort();
  }

  private async read(key: string): Promise<Buffer> {
    const { Body } = await this.s3.send(new GetObjectCommand({ Bucket: this.bucket, Key: key }));
    return Buffer.from((await Body?.transformToByteArray()) ?? []);
  }

  private async write(release: Release, condition: { IfNoneMatch: "*" } | { IfMatch: string }): Promise<string> {
    const name = String(release.number).padStart(DIGITS, "0");
    const request = {
      Bucket: this.bucket,
      Key: `${this.folder}releases/${name}.json`,
      Body: JSON.stringify(release, null, 2),
      ContentType: "application/json",
      ServerSideEncryption: "AES256" as const,
      ...condition,
    };
    try {
      const { ETag } = await this.s3.send(new PutObjectCommand(request));
      return ETag ?? "";
    } catch (error) {
      // 412 and 409: https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
      const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
      if (status !== 412 && status !== 409) throw error;
      // The answer to our own write may have been lost, and the SDK then wrote again.
      const there = await this.s3.send(new GetObjectCommand({ Bucket: this.bucket, Key: request.Key }));
      if ((await there.Body?.transformToString()) === request.Body) return there.ETag ?? "";
      throw new CommandError({
        subject: `release ${release.number} of ${release.environment}`,
        mistake: "was written by somebody else at the same time",
        remedy: "see what they deployed with `terrace releases`, and try again",
        exitCode: EXIT.refused,
        cause: error,
      });
    }
  }
}
