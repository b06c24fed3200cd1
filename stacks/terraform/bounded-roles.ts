import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { Aspects, type TerraformStack } from "cdktf";
import type { Environment } from "../../environments/environment";
import { boundaryArn } from "../../environments/names";

export interface BoundedRolesProps {
  readonly environment: Pick<Environment, "name" | "account" | "region">;
}

/**
 * Bounds every role of a stack by the environment's policy, which `terrace bootstrap` makes: whatever a role's own
 * policies say, it can do no more than that policy. So whoever may only make roles with it, as CI may, cannot make one
 * that can do what he cannot. https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
 */
export function boundRoles(stack: TerraformStack, { environment }: BoundedRolesProps) {
  Aspects.of(stack).add({
    visit: (node) => {
      if (node instanceof IamRole) node.permissionsBoundary = boundaryArn(environment);
    },
  });
}
