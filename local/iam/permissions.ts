import type { Identity } from "./access-keys";

/** An action on a resource, as policies name them. */
export interface Permission {
  /** A service and an operation, such as `dynamodb:PutItem`. */
  readonly action: string;
  /** An ARN, or `*` for an operation without a resource. */
  readonly resource: string;
}

/**
 * Checks an identity's policy.
 *
 * @returns AWS's message about the first permission that is lacking, or undefined if none is
 */
export function denial({ arn, policy }: Identity, permissions: readonly Permission[]): string | undefined {
  const lacking = policy && permissions.find(({ action, resource }) => !policy.allows(action, resource));
  return (
    lacking &&
    `User: ${arn} is not authorized to perform: ${lacking.action} on resource: ${lacking.resource} ` +
      `because no identity-based policy allows the ${lacking.action} action`
  );
}
