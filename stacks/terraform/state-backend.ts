import { S3Backend, type TerraformStack } from "cdktf";
import type { Environment } from "../../environments/environment";
import { stateBucket, stateKey } from "../../environments/names";

export interface StateBackendProps {
  readonly environment: Pick<Environment, "name" | "account" | "region">;
}

/** Keeps a stack's state in the bucket of its account and region, encrypted and locked by a file beside it. */
export function addStateBackend(stack: TerraformStack, { environment }: StateBackendProps) {
  const backend = new S3Backend(stack, {
    bucket: stateBucket(environment),
    key: stateKey(environment, stack.node.id),
    region: environment.region,
    encrypt: true,
    allowedAccountIds: [environment.account],
  });
  // Newer than the bindings (Terraform 1.11); without it two applies could run at once.
  backend.addOverride("use_lockfile", true);
}
