import type { Place } from "./place";
import type { Condition } from "./policy-document";

/** What Terraform calls on resources, for one type of them. */
export interface Rights {
  readonly on: readonly string[];
  /** Calls that a plan makes. */
  readonly read?: readonly string[];
  /** Calls that an apply makes besides. */
  readonly write?: readonly string[];
  /** Calls that take away for ever what `deletionProtection` protects: not granted where it is on. */
  readonly remove?: readonly string[];
  readonly condition?: Condition;
}

/** The rights that types of resources take in a place. */
export type RightsOfTypes = Readonly<Record<string, (place: Place) => readonly Rights[]>>;
