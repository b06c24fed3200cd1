import { GetObjectCommand, HeadObjectCommand, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { formerStateBucket, stackNames, stateBucket, stateKey } from "../../environments/names";
import { CommandError } from "../errors/command-error";
import { EXIT } from "../errors/exit-codes";
import type { Place } from "../rights/place";
import { asWanted, type Change, type Look, orNothing, type Piece } from "./piece";
import { exists } from "./state-bucket";

/**
 * The environment's states in the bucket that an account had when there was one for all regions. They are copied into
 * the new one, where the backend looks now: without them the next deployment would make everything a second time. The
 * old ones stay where they are, and nothing reads them any more.
 */
export function formerStatesPiece(s3: S3Client, place: Place): Piece {
  const former = { Bucket: formerStateBucket(place), ExpectedBucketOwner: place.account };
  const present = { Bucket: stateBucket(place), ExpectedBucketOwner: place.account };
  const keys = Object.values(stackNames(place)).map((stack) => stateKey(place, stack));
  const has = async (own: typeof former, Key: string) =>
    (await orNothing(s3.send(new HeadObjectCommand({ ...own, Key })), "NotFound", "NoSuchKey", "NoSuchBucket")) !==
    undefined;
  const copy = (Key: string): Change => ({
    does: `copy ${Key}`,
    make: async () => {
      if (await has(former, `${Key}.tflock`)) throw locked(former.Bucket, Key);
      const { Body } = await s3.send(new GetObjectCommand({ ...former, Key }));
      const state = (await Body?.transformToByteArray()) ?? new Uint8Array();
      await s3.send(
        // `IfNoneMatch` keeps a state that somebody wrote meanwhile.
        new PutObjectCommand({
          ...present,
          Key,
          Body: state,
          ContentType: "application/json",
          IfNoneMatch: "*",
          ChecksumAlgorithm: "SHA256",
        }),
      );
    },
  });
  return {
    what: `states of ${place.name} in the former bucket ${former.Bucket}`,
    look: async (): Promise<Look> => {
      // A bucket of another region holds nothing of this environment's: its backend could never reach it.
      if (!(await isHere(s3, former))) return asWanted("there are none");
      const missing: string[] = [];
      for (const key of keys) if ((await has(former, key)) && !(await has(present, key))) missing.push(key);
      if (missing.length === 0) return asWanted("there are none, or they have been copied");
      return { state: "different", changes: missing.map(copy) };
    },
  };
}

async function isHere(s3: S3Client, own: { readonly Bucket: string; readonly ExpectedBucketOwner: string }) {
  return (await orNothing(exists(s3, own), "PermanentRedirect", "301", "Forbidden", "403")) === true;
}

function locked(bucket: string, key: string): CommandError {
  return new CommandError({
    subject: "state",
    value: `s3://${bucket}/${key}`,
    mistake: "is locked: somebody deploys from an earlier checkout",
    remedy: "wait for it, or see docs/deploy.md for how to break the lock, and run this again",
    exitCode: EXIT.failed,
  });
}
