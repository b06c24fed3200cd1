import type { IncomingHttpHeaders } from "node:http";
import type { Identity } from "./access-keys";

/** An action on a resource, as policies name them. */
export interface Permission {
  /** Such as `dynamodb:PutItem`. */
  readonly action: string;
  /** An ARN; `*` for an operation that has no resource. */
  readonly resource: string;
}

/** The access key that a request is signed with, if it is signed. Whether the signature is right is not looked at. */
export function accessKeyId({ authorization = "" }: IncomingHttpHeaders): string | undefined {
  return /^AWS4-HMAC-SHA256 +Credential=([^/]+)\//.exec(authorization)?.[1];
}

/**
 * What AWS says to a caller who lacks a permission; undefined if there is nothing to say. Functions are held to their
 * policies; every other key is the developer's.
 */
export function denial(identity: Identity | undefined, permissions: readonly Permission[]): string | undefined {
  const { policy, arn } = identity ?? {};
  const lacking = policy && permissions.find(({ action, resource }) => !policy.allows(action, resource));
  return (
    lacking &&
    `User: ${arn} is not authorized to perform: ${lacking.action} on resource: ${lacking.resource} ` +
      `because no identity-based policy allows the ${lacking.action} action`
  );
}
