import type { TerraformStack } from "cdktf";

const forgotten = new WeakMap<TerraformStack, readonly string[]>();

/**
 * Takes resources that are no longer defined out of a stack's state and leaves them where they are. Without this,
 * Terraform would delete them. A stack that never had them ignores it. May be called more than once.
 */
export function forget(stack: TerraformStack, addresses: readonly string[]) {
  const all = [...(forgotten.get(stack) ?? []), ...addresses];
  forgotten.set(stack, all);
  // The bindings do not know the block: https://developer.hashicorp.com/terraform/language/block/removed
  stack.addOverride(
    "removed",
    all.map((from) => ({ from, lifecycle: { destroy: false } })),
  );
}
