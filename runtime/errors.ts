/** One field of an input that breaks its rules. */
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
  | "method not allowed"
  | "stale"
  | "too large"
  | "unsupported media type"
  | "idempotency key reused"
  | "too many"
  | "unavailable";

/**
 * An error that the sender of a request can do something about. Its message is written for the sender and may be
 * shown; its cause, and the message of any other error, may not.
 */
export abstract class Refusal extends Error {
  abstract readonly reason: RefusalReason;
  /** Tells programs what to do, where the reason does not say enough. */
  readonly code?: string;
  /** Names each field that is wrong, where the reason is an invalid input. */
  readonly fields?: readonly FieldProblem[];
}

/** A service that a request needs did not do its work. The same request may succeed in a moment. */
export abstract class Unavailable extends Refusal {
  override readonly reason = "unavailable";
}

/** DynamoDB left work undone again and again. */
export class Overloaded extends Unavailable {
  override readonly name = "Overloaded";

  constructor(cause: string) {
    super("The service is overloaded. Try again in a moment.", { cause });
  }
}

/** KMS did not give a signing key: it failed, it refused, or it did not answer in time. */
export class SigningUnavailable extends Unavailable {
  override readonly name = "SigningUnavailable";

  constructor(cause: unknown) {
    super("Nothing can be signed at the moment. Try again in a moment.", { cause });
  }
}
