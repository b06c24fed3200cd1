import fs from "node:fs";
import path from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { GetObjectCommand, NoSuchKey, S3Client } from "@aws-sdk/client-s3";
import { writeAside } from "../../local/data/aside";
import type { AwsSettings } from "../aws/account";
import { CommandError } from "../errors/command-error";

const ADDRESS = /^s3:\/\/([^/]+)\/(.+)$/;

/** Tells whether an export is in a bucket, as `terrace destroy` says where it is. */
export const isInBucket = (file: string): boolean => ADDRESS.test(file);

/**
 * Brings an export from a bucket into a folder, aside first. One that is there already is used; its checksum is looked at
 * when it is read.
 *
 * @param address - `s3://<bucket>/<key>`
 * @returns the file
 * @throws CommandError if there is no such object
 */
export async function fetchExport(
  settings: AwsSettings,
  address: string,
  folder: string,
  signal: AbortSignal,
): Promise<string> {
  const [, Bucket = "", Key = ""] = ADDRESS.exec(address) ?? [];
  const file = path.join(folder, path.basename(Key));
  if (fs.existsSync(file)) return file;
  const s3 = new S3Client({ ...settings, followRegionRedirects: true });
  try {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }), { abortSignal: signal });
    fs.mkdirSync(folder, { recursive: true });
    await writeAside(file, (into) => pipeline(Body as Readable, into, { signal }));
    return file;
  } catch (error) {
    if (!(error instanceof NoSuchKey)) throw error;
    throw new CommandError({
      subject: "export",
      value: address,
      mistake: "is not there",
      remedy: "name one that `terrace destroy` listed, or a file",
      cause: error,
    });
  } finally {
    s3.destroy();
  }
}
