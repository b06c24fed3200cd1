import {
  type BucketLifecycleConfiguration,
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketPolicyCommand,
  GetBucketVersioningCommand,
  GetPublicAccessBlockCommand,
  type LifecycleRule,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutPublicAccessBlockCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { partition } from "../../environments/region";
import { isSameDocument, orNothing } from "./piece";

/** One setting of the state bucket. */
export interface BucketSetting {
  readonly does: string;
  isAsWanted(): Promise<boolean>;
  put(): Promise<unknown>;
}

const PRIVATE = {
  BlockPublicAcls: true,
  IgnorePublicAcls: true,
  BlockPublicPolicy: true,
  RestrictPublicBuckets: true,
};

/**
 * Every apply leaves a version of the state, of its lock and a marker where the lock was deleted. States of 90 days stay,
 * and in any case the last 20: what somebody broke may be noticed late.
 */
const LIFECYCLE: BucketLifecycleConfiguration = {
  Rules: [
    {
      ID: "old-versions",
      Status: "Enabled",
      Filter: { Prefix: "" },
      NoncurrentVersionExpiration: { NoncurrentDays: 90, NewerNoncurrentVersions: 20 },
      Expiration: { ExpiredObjectDeleteMarker: true },
      AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
    },
  ],
};

/**
 * Returns the settings in the order in which they are made, what keeps others out first. New buckets have some of them
 * by default; they are set all the same, so that a change is noticed.
 */
export function bucketSettings(s3: S3Client, bucket: string, owner: string, region: string): readonly BucketSetting[] {
  const own = { Bucket: bucket, ExpectedBucketOwner: owner };
  const policy = tlsOnly(`arn:${partition(region).name}:s3:::${bucket}`);
  return [
    {
      does: "block public access",
      isAsWanted: async () => {
        const found = await orNothing(
          s3.send(new GetPublicAccessBlockCommand(own)),
          "NoSuchPublicAccessBlockConfiguration",
        );
        return isSameDocument(found?.PublicAccessBlockConfiguration, PRIVATE);
      },
      put: () => s3.send(new PutPublicAccessBlockCommand({ ...own, PublicAccessBlockConfiguration: PRIVATE })),
    },
    {
      does: "switch access lists off",
      isAsWanted: async () => {
        const found = await orNothing(
          s3.send(new GetBucketOwnershipControlsCommand(own)),
          "OwnershipControlsNotFoundError",
        );
        return found?.OwnershipControls?.Rules?.[0]?.ObjectOwnership === "BucketOwnerEnforced";
      },
      put: () =>
        s3.send(
          new PutBucketOwnershipControlsCommand({
            ...own,
            OwnershipControls: { Rules: [{ ObjectOwnership: "BucketOwnerEnforced" }] },
          }),
        ),
    },
    {
      does: "switch versioning on",
      isAsWanted: async () => (await s3.send(new GetBucketVersioningCommand(own))).Status === "Enabled",
      put: () => s3.send(new PutBucketVersioningCommand({ ...own, VersioningConfiguration: { Status: "Enabled" } })),
    },
    {
      does: "encrypt",
      isAsWanted: async () => {
        const found = await orNothing(
          s3.send(new GetBucketEncryptionCommand(own)),
          "ServerSideEncryptionConfigurationNotFoundError",
        );
        const [rule] = found?.ServerSideEncryptionConfiguration?.Rules ?? [];
        // A key of one's own is more than what is set here.
        return rule?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm !== undefined;
      },
      put: () =>
        s3.send(
          new PutBucketEncryptionCommand({
            ...own,
            ServerSideEncryptionConfiguration: {
              Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" } }],
            },
          }),
        ),
    },
    {
      does: "refuse connections without TLS 1.2",
      isAsWanted: async () => {
        const found = await orNothing(s3.send(new GetBucketPolicyCommand(own)), "NoSuchBucketPolicy");
        return found?.Policy !== undefined && isSameDocument(JSON.parse(found.Policy), policy);
      },
      put: () => s3.send(new PutBucketPolicyCommand({ ...own, Policy: JSON.stringify(policy) })),
    },
    {
      does: "let old versions expire",
      isAsWanted: async () => {
        const found = await orNothing(
          s3.send(new GetBucketLifecycleConfigurationCommand(own)),
          "NoSuchLifecycleConfiguration",
        );
        return (found?.Rules ?? []).some(expires);
      },
      put: () => s3.send(new PutBucketLifecycleConfigurationCommand({ ...own, LifecycleConfiguration: LIFECYCLE })),
    },
  ];
}

/** Tells whether a rule lets old versions of everything expire, after however many days somebody chose. */
function expires({ Status, Filter, Prefix, NoncurrentVersionExpiration, Expiration }: LifecycleRule): boolean {
  const isForAll = !Prefix && !Filter?.Prefix && !Filter?.And && !Filter?.Tag;
  const days = NoncurrentVersionExpiration?.NoncurrentDays;
  return Status === "Enabled" && isForAll && days !== undefined && Expiration?.ExpiredObjectDeleteMarker === true;
}

function tlsOnly(bucket: string) {
  const everything = { Effect: "Deny", Principal: "*", Action: "s3:*", Resource: [bucket, `${bucket}/*`] };
  return {
    Version: "2012-10-17",
    Statement: [
      { ...everything, Sid: "OnlyTls", Condition: { Bool: { "aws:SecureTransport": "false" } } },
      { ...everything, Sid: "OnlyTls12", Condition: { NumericLessThan: { "s3:TlsVersion": "1.2" } } },
    ],
  };
}
