import { GetObjectCommand, NoSuchKey, type S3Client } from "@aws-sdk/client-s3";
import { z } from "zod";
import { CommandError } from "../errors/command-error";
import { EXIT } from "../errors/exit-codes";
import type { StateObject } from "./state-object";

/** Who holds a state's lock. Terraform's own form: https://developer.hashicorp.com/terraform/language/backend/s3#state-locking */
export interface Lock {
  readonly id: string;
  /** `plan`, `apply` and such. */
  readonly operation: string;
  /** `jane@laptop`. */
  readonly who: string;
  readonly since: Date;
}

const written = z.looseObject({
  ID: z.string(),
  Operation: z.string().default(""),
  Who: z.string().default("somebody"),
  Created: z.coerce.date(),
});

/** Reads the lock beside a state; undefined if nobody holds it. */
export async function readLock(s3: S3Client, { bucket, key }: StateObject, signal?: AbortSignal) {
  try {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: `${key}.tflock` }), {
      ...(signal && { abortSignal: signal }),
    });
    const { ID, Operation, Who, Created } = written.parse(JSON.parse((await Body?.transformToString()) ?? ""));
    const operation = Operation.replace(/^OperationType/, "").toLowerCase();
    return { id: ID, operation, who: Who, since: Created } satisfies Lock;
  } catch (error) {
    if (error instanceof NoSuchKey) return undefined;
    throw error;
  }
}

/** Makes the error for a locked state: who holds it, since when, and how it is broken. `now` is in epoch milliseconds. */
export function lockedError({ id, operation, who, since }: Lock, stack: string, folder: string, now: number) {
  const minutes = Math.max(0, Math.round((now - since.getTime()) / 60_000));
  return new CommandError({
    subject: `state of ${stack}`,
    mistake: `is locked by ${who} (${operation || "an operation"}) since ${since.toISOString()}, ${minutes} minutes ago`,
    remedy:
      "wait for it; if that run is certainly dead, break its lock with " +
      `\`terraform -chdir=${folder} init && terraform -chdir=${folder} force-unlock ${id}\``,
    exitCode: EXIT.refused,
  });
}
