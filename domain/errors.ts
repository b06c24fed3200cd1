/** What can be wrong with a request, in words that may be shown to whoever sent it. */

/** One thing wrong with an input. */
export interface FieldProblem {
  /** Path of the field, such as `title` or `items[2].name`; `body` for the whole. */
  readonly field: string;
  /** What came instead, cut short. */
  readonly received: string;
  /** What the field may hold. */
  readonly allowed: string;
}

/** The input breaks its rules. */
export class InvalidInput extends Error {
  override readonly name = "InvalidInput";

  constructor(readonly problems: readonly FieldProblem[]) {
    super(
      problems.map(({ field, received, allowed }) => `${field}: received ${received}, allowed ${allowed}`).join("; "),
    );
  }
}

/** The thing asked for does not exist. */
export class NotFound extends Error {
  override readonly name = "NotFound";

  constructor(readonly thing: string) {
    super(`There is no ${thing} with this id.`);
  }
}

/** The input is larger than what may be sent. */
export class TooLarge extends Error {
  override readonly name = "TooLarge";

  constructor(thing: string, bytes: number, limit: number) {
    super(`The ${thing} has ${bytes} bytes; at most ${limit} are allowed.`);
  }
}

/** Nobody is signed in, and this takes someone who is. */
export class Unauthenticated extends Error {
  override readonly name = "Unauthenticated";

  constructor() {
    super("Sign in to do this.");
  }
}

/** The caller may not do this. */
export class Forbidden extends Error {
  override readonly name = "Forbidden";

  constructor(action: string) {
    super(`You may not ${action}.`);
  }
}

/** The thing is no longer what the caller knows: somebody else has changed it. */
export class Stale extends Error {
  override readonly name = "Stale";

  constructor(readonly thing: string) {
    super(`The ${thing} has changed since you read it: read it again, and then decide.`);
  }
}

/** The Idempotency-Key has been used for something else. */
export class IdempotencyKeyReused extends Error {
  override readonly name = "IdempotencyKeyReused";

  constructor() {
    super("This Idempotency-Key was used before, with another input or for what is deleted by now: choose a new one.");
  }
}

/** KMS did not give a key: it failed, it refused, or it did not answer in time. The cause is for the log only. */
export class SigningUnavailable extends Error {
  override readonly name = "SigningUnavailable";

  constructor(cause: unknown) {
    super("The signing key could not be had from KMS.", { cause });
  }
}
