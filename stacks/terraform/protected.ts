import { TerraformResource, type TerraformStack } from "cdktf";
import type { Environment } from "../../environments/environment";

export interface ProtectedProps {
  readonly environment: Pick<Environment, "name" | "deletionProtection">;
  /** The addresses of what the stack protects, as they have always been. */
  readonly addresses: readonly string[];
}

/**
 * Keeps what is protected in the definition. `prevent_destroy` is a line of the very block that it guards: once the block
 * is gone, or is another by a new construct id, the line is gone too, and Terraform plans to destroy what it guarded. So
 * the addresses are written down a second time, and a synthesis in which they differ from the blocks fails.
 */
export function keepProtected(stack: TerraformStack, { environment, addresses }: ProtectedProps) {
  if (!environment.deletionProtection) return;
  stack.node.addValidation({
    validate: () => {
      const guarded = stack.node
        .findAll()
        .filter((node) => TerraformResource.isTerraformResource(node))
        .filter(({ lifecycle }) => lifecycle?.preventDestroy === true)
        .map(({ terraformResourceType, friendlyUniqueId }) => `${terraformResourceType}.${friendlyUniqueId}`);
      const lost = addresses.filter((address) => !guarded.includes(address));
      const unknown = guarded.filter((address) => !addresses.includes(address));
      return [
        ...lost.map(
          (address) =>
            `${address} is protected in ${environment.name} and not defined any more, so that the next deployment would destroy it. If it has another id now, call moveFromId("${address}") on it and correct the list in the stack. If it is to go, deploy deletionProtection: false first.`,
        ),
        ...unknown.map((address) => `${address} is protected: add it to the protected addresses of its stack.`),
      ];
    },
  });
}
