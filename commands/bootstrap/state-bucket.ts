import {
  type BucketLocationConstraint,
  CreateBucketCommand,
  GetBucketTaggingCommand,
  HeadBucketCommand,
  ListObjectsV2Command,
  PutBucketTaggingCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { stateBucket } from "../../environments/names";
import type { Place } from "../rights/place";
import { PREPARED_TAGS } from "../rights/trust";
import { bucketSettings } from "./bucket-settings";
import { type Change, type Look, orNothing, type Piece } from "./piece";

/**
 * The bucket that holds Terraform's state, which Terraform cannot make itself.
 *
 * @param adopt - takes over a bucket of that name which somebody else made.
 */
export function stateBucketPiece(s3: S3Client, place: Place, { adopt }: { readonly adopt: boolean }): Piece {
  const bucket = stateBucket(place);
  const own = { Bucket: bucket, ExpectedBucketOwner: place.account };
  const settings = bucketSettings(s3, bucket, place.account, place.region);
  const create: Change = {
    does: "create it",
    make: async () => {
      // Every region but the first wants to be named, and that one refuses to be.
      const constraint = place.region as BucketLocationConstraint;
      const elsewhere = { CreateBucketConfiguration: { LocationConstraint: constraint } };
      await orNothing(
        s3.send(new CreateBucketCommand({ Bucket: bucket, ...(place.region !== "us-east-1" && elsewhere) })),
        "BucketAlreadyOwnedByYou",
      );
    },
  };
  const tag: Change = {
    does: "tag it as prepared by terrace",
    make: async () => {
      const tags = { ...(await tagsOf(s3, own)), ...PREPARED_TAGS };
      const TagSet = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
      await s3.send(new PutBucketTaggingCommand({ ...own, Tagging: { TagSet } }));
    },
  };
  const put = (setting: (typeof settings)[number]): Change => ({
    does: setting.does,
    make: async () => {
      await setting.put();
    },
  });

  return {
    what: `state bucket ${bucket}`,
    look: async (): Promise<Look> => {
      if (!(await exists(s3, own))) return { state: "missing", changes: [create, tag, ...settings.map(put)] };
      const isOurs = (await tagsOf(s3, own)).ManagedBy === PREPARED_TAGS.ManagedBy;
      const checked = await Promise.all(
        settings.map(async (setting) => ((await setting.isAsWanted()) ? undefined : setting)),
      );
      const wrong = checked.filter((setting) => setting !== undefined);
      // A bootstrap that was stopped right after the creation left an empty bucket.
      if (!isOurs && !adopt && !(await isEmpty(s3, own))) {
        const lacks = wrong.length === 0 ? "" : ` It lacks: ${wrong.map(({ does }) => does).join(", ")}.`;
        const note = `somebody else made it, so nothing is changed.${lacks} Pass --adopt to take it over.`;
        return { state: "foreign", note, changes: [] };
      }
      const changes = [...(isOurs ? [] : [tag]), ...wrong.map(put)];
      return { state: changes.length === 0 ? "found" : "different", changes };
    },
  };
}

type Own = { readonly Bucket: string; readonly ExpectedBucketOwner: string };

/** Tells whether a bucket is there. One of another account is an error: names are the whole partition's. */
export async function exists(s3: S3Client, own: Own): Promise<boolean> {
  return (await orNothing(s3.send(new HeadBucketCommand(own)), "NotFound", "NoSuchBucket")) !== undefined;
}

async function isEmpty(s3: S3Client, own: Own): Promise<boolean> {
  return (await s3.send(new ListObjectsV2Command({ ...own, MaxKeys: 1 }))).Contents === undefined;
}

async function tagsOf(s3: S3Client, own: Own): Promise<Readonly<Record<string, string>>> {
  const found = await orNothing(s3.send(new GetBucketTaggingCommand(own)), "NoSuchTagSet");
  return Object.fromEntries((found?.TagSet ?? []).map(({ Key, Value }) => [Key ?? "", Value ?? ""]));
}
