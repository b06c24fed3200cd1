import { randomFillSync } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { S3Client } from "@aws-sdk/client-s3";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { Ledger } from "../../../commands/releases/ledger";
import { type FakeAws, startFakeAws } from "../../support/doubles/servers/aws";

/** The smallest part that S3 takes, but for the last one. */
const PART = 5 * 2 ** 20;
const KEY = "bucket/blogapp/staging/exports/staging.jsonl.gz";

let aws: FakeAws;
let s3: S3Client;
let folder: string;
beforeEach(async () => {
  aws = await startFakeAws("123456789012");
  s3 = new S3Client({
    endpoint: aws.url,
    forcePathStyle: true,
    region: "ap-northeast-1",
    maxAttempts: 1,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "terrace-keep-export-"));
});
afterEach(async () => {
  s3.destroy();
  await aws.close();
  fs.rmSync(folder, { recursive: true });
});

/** Keeps a file of so many bytes, as an export is kept. */
function keep(bytes: Buffer, signal = new AbortController().signal): Promise<string> {
  const file = path.join(folder, "staging.jsonl.gz");
  fs.writeFileSync(file, bytes);
  return new Ledger(s3, "bucket", "blogapp/staging/").keepExport(file, signal);
}
const written = () => aws.requests.filter((request) => /^(PUT|POST)/.test(request));

test("a small export is one request", async () => {
  expect(await keep(Buffer.from("small"))).toBe(`s3://${KEY}`);
  expect([String(aws.objects.get(KEY)), written()]).toEqual(["small", [`PUT ${KEY}`]]);
});

test("a large one goes in parts, each with its checksum, and is whole", async () => {
  const bytes = randomFillSync(Buffer.alloc(2 * PART + 1));
  await keep(bytes);
  expect(aws.objects.get(KEY)?.equals(bytes)).toBe(true);
  expect(written()).toEqual([`POST ${KEY}`, ...Array(3).fill(`PUT ${KEY}`), `POST ${KEY}`]);
});

test("of an upload that fails at a part, nothing is left", async () => {
  aws.onPut = (key) => (key.endsWith("#2") ? "drop before" : undefined);
  await expect(keep(Buffer.alloc(2 * PART))).rejects.toThrow();
  expect([aws.objects.size, aws.uploads.size]).toEqual([0, 0]);
});

test("an interruption gives the upload up, and says that it was one", async () => {
  const interruption = new AbortController();
  aws.onPut = () => {
    interruption.abort(new Error("interrupted"));
    return "drop before";
  };
  await expect(keep(Buffer.alloc(2 * PART), interruption.signal)).rejects.toThrow("interrupted");
  expect(aws.objects.size).toBe(0);
});
