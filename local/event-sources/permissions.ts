import type { FunctionDefinition } from "../definition/model";
import { StartError } from "../shared/errors";

/**
 * Refuses a source whose function's role lacks something, as AWS does when the source is made.
 *
 * @param address the resource that needs it
 */
export function requirePermissions(
  address: string,
  { name, roleName, policy }: FunctionDefinition,
  actions: readonly string[],
  resource: string,
): void {
  const lacking = actions.filter((action) => !policy.allows(action, resource));
  if (lacking.length > 0)
    throw new StartError(
      `${address}: AWS would refuse it, because ${roleName}, the role of ${name}, does not allow ${lacking.join(", ")} on ${resource}.`,
    );
}
