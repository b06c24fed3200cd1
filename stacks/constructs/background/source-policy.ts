import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import type { Construct } from "constructs";
import { policyOf, type Statement } from "../access";
import type { Lambda } from "../lambda";

/**
 * Lets a function's own role read a source, since Lambda polls with it. The policy is one of its own beside what the
 * function uses: a source is made after its function, and it has to be waited for by the mapping, which refers to the
 * function and not to its policies.
 *
 * @param thing the physical name of the source. The policy's is longer: the function may have the same name, and its
 * policy bears it.
 */
export function addSourcePolicy(scope: Construct, target: Lambda, thing: string, statements: readonly Statement[]) {
  return new IamRolePolicy(scope, "policy", {
    name: `${thing}-source`,
    role: target.roleName,
    policy: policyOf(statements),
  });
}
