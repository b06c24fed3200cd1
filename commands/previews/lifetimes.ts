import { GetObjectCommand, ListObjectsV2Command, NoSuchKey, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { z } from "zod";
import { PREVIEW } from "../../environments/names";
import { project } from "../../environments/project";

const lifetime = z.object({
  name: z.string(),
  /** ISO 8601. */
  until: z.string(),
  /** The ARN of who deployed it last. */
  by: z.string(),
  destroyed: z.boolean().default(false),
});

/** How long a preview is wanted, written beside its state. */
export type Lifetime = z.output<typeof lifetime>;

const keyOf = (name: string) => `${project.prefix}/${name}/preview.json`;

/** Writes how long a preview is wanted. The last word counts. */
export async function writeLifetime(s3: S3Client, Bucket: string, preview: Lifetime): Promise<void> {
  const Body = JSON.stringify(preview, null, 2);
  await s3.send(new PutObjectCommand({ Bucket, Key: keyOf(preview.name), Body, ContentType: "application/json" }));
}

/** Lists the previews of an account and region that are not known to be destroyed, by name. */
export async function lifetimesIn(s3: S3Client, Bucket: string): Promise<Lifetime[]> {
  const found: Lifetime[] = [];
  let ContinuationToken: string | undefined;
  do {
    const page = await s3.send(
      new ListObjectsV2Command({
        Bucket,
        Prefix: `${project.prefix}/${PREVIEW}`,
        Delimiter: "/",
        ...(ContinuationToken && { ContinuationToken }),
      }),
    );
    for (const { Prefix = "" } of page.CommonPrefixes ?? []) {
      const read = await readLifetime(s3, Bucket, Prefix.split("/")[1] ?? "");
      if (read && !read.destroyed) found.push(read);
    }
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken);
  return found.toSorted((one, other) => one.name.localeCompare(other.name));
}

async function readLifetime(s3: S3Client, Bucket: string, name: string): Promise<Lifetime | undefined> {
  try {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: keyOf(name) }));
    return lifetime.parse(JSON.parse((await Body?.transformToString()) ?? ""));
  } catch (error) {
    // The preview was deployed in another way than by `terrace preview`, and has no end.
    if (error instanceof NoSuchKey) return undefined;
    throw error;
  }
}
