import * as api from "@aws-sdk/client-s3";
import { type AwsAccount, type Bucket, failure } from "./account";
import { PlayedClient } from "./client";

/** Plays S3: the settings and objects of buckets. */
export function playS3(account: AwsAccount) {
  const s3 = new PlayedClient(api.S3Client);
  s3.on(api.ListBucketsCommand, () => ({
    Buckets: [...account.buckets.keys()].map((Name) => ({ Name })),
  }));
  s3.on(api.HeadBucketCommand, ({ Bucket }) => bucketOf(account, Bucket, "NotFound") && {});
  s3.on(api.CreateBucketCommand, ({ Bucket, CreateBucketConfiguration }) => {
    if (account.buckets.has(Bucket)) throw failure("BucketAlreadyOwnedByYou");
    return account.change("CreateBucket", () =>
      account.addBucket(Bucket, { location: CreateBucketConfiguration?.LocationConstraint }),
    );
  });
  s3.on(api.GetBucketTaggingCommand, ({ Bucket }) => {
    const { tags } = bucketOf(account, Bucket);
    if (Object.keys(tags).length === 0) throw failure("NoSuchTagSet");
    return { TagSet: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) };
  });
  s3.on(api.PutBucketTaggingCommand, ({ Bucket, Tagging }) =>
    account.change("PutBucketTagging", () => {
      bucketOf(account, Bucket).tags = Object.fromEntries(Tagging.TagSet?.map(({ Key, Value }) => [Key, Value]) ?? []);
    }),
  );
  s3.on(api.ListObjectsV2Command, ({ Bucket }) => {
    const { objects } = bucketOf(account, Bucket);
    return objects.size === 0 ? {} : { Contents: [...objects.keys()].map((Key) => ({ Key })) };
  });
  s3.on(api.HeadObjectCommand, ({ Bucket, Key }) => objectOf(account, Bucket, Key) && {});
  s3.on(api.GetObjectCommand, ({ Bucket, Key }) => {
    const text = bucketOf(account, Bucket).objects.get(Key);
    if (text === undefined) throw new api.NoSuchKey({ message: Key, $metadata: {} });
    return { Body: { transformToByteArray: async () => Buffer.from(text), transformToString: async () => text } };
  });
  s3.on(api.PutObjectCommand, ({ Bucket, Key, Body, IfNoneMatch }) => {
    const { objects } = bucketOf(account, Bucket);
    if (IfNoneMatch === "*" && objects.has(Key)) throw failure("PreconditionFailed");
    return account.change("PutObject", () => objects.set(Key, Buffer.from(Body as Uint8Array).toString("utf8")));
  });

  const get =
    (name: string, none?: string) =>
    ({ Bucket }: { readonly Bucket: string }) => {
      const value = bucketOf(account, Bucket).settings[name];
      if (value === undefined && none !== undefined) throw failure(none);
      return value ?? {};
    };
  const put =
    (name: string) =>
    ({ Bucket, ...value }: { readonly Bucket: string; readonly [member: string]: unknown }) =>
      account.change(`PutBucket${name}`, () => {
        // These two are asked for without the member that they are put in.
        bucketOf(account, Bucket).settings[name] =
          value.LifecycleConfiguration ?? value.VersioningConfiguration ?? value;
      });
  s3.on(api.GetPublicAccessBlockCommand, get("PublicAccess", "NoSuchPublicAccessBlockConfiguration"));
  s3.on(api.PutPublicAccessBlockCommand, put("PublicAccess"));
  s3.on(api.GetBucketOwnershipControlsCommand, get("Ownership", "OwnershipControlsNotFoundError"));
  s3.on(api.PutBucketOwnershipControlsCommand, put("Ownership"));
  s3.on(api.GetBucketVersioningCommand, get("Versioning"));
  s3.on(api.PutBucketVersioningCommand, put("Versioning"));
  s3.on(api.GetBucketEncryptionCommand, get("Encryption", "ServerSideEncryptionConfigurationNotFoundError"));
  s3.on(api.PutBucketEncryptionCommand, put("Encryption"));
  s3.on(api.GetBucketPolicyCommand, get("Policy", "NoSuchBucketPolicy"));
  s3.on(api.PutBucketPolicyCommand, put("Policy"));
  s3.on(api.GetBucketLifecycleConfigurationCommand, get("Lifecycle", "NoSuchLifecycleConfiguration"));
  s3.on(api.PutBucketLifecycleConfigurationCommand, put("Lifecycle"));
  return s3;
}

function bucketOf({ buckets }: AwsAccount, name: string, none = "NoSuchBucket"): Bucket {
  const bucket = buckets.get(name);
  if (!bucket) throw failure(none);
  return bucket;
}

function objectOf(account: AwsAccount, bucket: string, key: string): string {
  const text = bucketOf(account, bucket).objects.get(key);
  if (text === undefined) throw failure("NotFound");
  return text;
}
