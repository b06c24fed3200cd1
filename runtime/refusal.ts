/** One thing wrong with an input. */
export interface FieldProblem {
  /** Path of the field, such as `title` or `items[2].name`; `body` for the whole. */
  readonly field: string;
  /** The value that came instead, cut short. */
  readonly received: string;
  /** The values that the field may hold. */
  readonly allowed: string;
}

/** The reasons for which a request is refused. Each transport translates them into its own statuses. */
export type RefusalReason =
  | "invalid input"
  | "unauthenticated"
  | "forbidden"
  | "not found"
  | "stale"
  | "method not allowed"
  | "unsupported media type"
  | "too large"
  | "idempotency key reused"
  | "unavailable";

/**
 * An error that the sender of a request can do something about. Its message is written for the sender and may be
 * shown; the message of any other error may not.
 */
export abstract class Refusal extends Error {
  abstract readonly reason: RefusalReason;
  /** Tells programs what to do, where the reason does not say enough. */
  readonly code?: string;
  /** Names each field that is wrong, where the reason is an invalid input. */
  readonly fields?: readonly FieldProblem[];
}
