import type { Value } from "./value";

/** What Terraform will do with a resource. `unreadable` is a combination of actions that this reviewer does not know. */
export type Action = "none" | "create" | "update" | "delete" | "replace" | "forget" | "read" | "unreadable";

/** One resource of a plan, changed or not. */
export interface Change {
  readonly address: string;
  readonly type: string;
  readonly action: Action;
  /** Set if this is the remains of an interrupted replacement: it has the address of the resource that took its place. */
  readonly deposed?: string;
  /** Terraform's own word for why, such as `replace_because_tainted`. */
  readonly reason?: string;
  /** True if a replacement makes the new one before it deletes the old one. */
  readonly createsFirst: boolean;
  /** Dotted paths of the attributes that force a replacement; empty if another thing does. */
  readonly forcedBy: readonly string[];
  readonly before: Value;
  readonly after: Value;
  /** The address that a `moved` block took it from. */
  readonly previousAddress?: string;
  readonly imported: boolean;
  /**
   * The attributes as the configuration writes them, where it does, with `${…}` in them. They can be read even where
   * the value is known only after the apply.
   */
  readonly written: Value;
  /** Terraform's actions, for a message about those that cannot be read. */
  readonly actions: readonly string[];
}

/** A plan as the rules read it. What Terraform marks as sensitive is not in it any more. */
export interface Plan {
  /** `synths` for a comparison of two synthesized stacks, which knows no state. */
  readonly source: "terraform" | "synths";
  readonly errored: boolean;
  readonly complete: boolean;
  readonly changes: readonly Change[];
  /** The changes that were made outside Terraform since the last apply. */
  readonly drift: readonly Change[];
  /** Parts of the plan that this reviewer cannot judge, each as a sentence's subject. */
  readonly unjudged: readonly string[];
  readonly failedChecks: readonly string[];
  /** The addresses under `prevent_destroy`, before and after. Only the code says it, so a plan alone has none. */
  readonly guarded?: { readonly before: ReadonlySet<string>; readonly after: ReadonlySet<string> };
}

/** The part of the plan that is about one resource type. */
export function ofType(plan: Plan, ...types: readonly string[]): Change[] {
  return plan.changes.filter((change) => types.includes(change.type) && change.deposed === undefined);
}

/** Tells whether what is there now will be gone, with or without something in its place. */
export function isLost(change: Change): boolean {
  return change.action === "delete" || change.action === "replace";
}

/** Tells whether anything about the resource will change. */
export function isChanged(change: Change): boolean {
  return !["none", "read"].includes(change.action);
}
