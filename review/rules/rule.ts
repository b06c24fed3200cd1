import type { Finding, Severity } from "../finding";
import type { Change, Plan } from "../plan/plan";
import type { Value } from "../plan/value";

/** A resource that leaves the code under one address and comes back under another. */
export interface Rename {
  readonly from: Change;
  readonly to: Change;
}

/** The plan that the rules look at, with what was found out about it before. */
export interface Context {
  readonly plan: Plan;
  /** Resources that only get another address. */
  readonly renames: readonly Rename[];
  /** Addresses whose loss another finding tells. */
  readonly told: ReadonlySet<string>;
  /** The number of items in each table at stake, by address, where somebody counted. */
  readonly items: ReadonlyMap<string, number>;
}

export interface Rule {
  readonly name: string;
  /** The attributes it judges, by type: a change of any other is reported as one that nobody judged. */
  readonly judges: Readonly<Record<string, readonly string[]>>;
  review(context: Context): Finding[];
}

/** One row of a table of attributes: what change of which attribute matters, and what it does. */
export interface Row {
  readonly type: string;
  /** Dotted path, as `pick` takes it. */
  readonly attribute: string;
  readonly when: (before: Value, after: Value, change: Change) => boolean;
  readonly severity: Severity | ((change: Change) => Severity);
  readonly consequence: string;
  readonly remedy: string;
  /** True judges a resource that is created as well. */
  readonly alsoNew?: boolean;
}
