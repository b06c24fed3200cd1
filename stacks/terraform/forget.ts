import type { TerraformStack } from "cdktf";

/**
 * Takes resources that are no longer defined out of a stack's state and leaves them where they are. Without this,
 * Terraform would delete them. A stack that never had them ignores it.
 */
export function forget(stack: TerraformStack, addresses: readonly string[]) {
  // The bindings do not know the block: https://developer.hashicorp.com/terraform/language/block/removed
  stack.addOverride(
    "removed",
    addresses.map((from) => ({ from, lifecycle: { destroy: false } })),
  );
}
