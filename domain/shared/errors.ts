/** The refusals of the product. Their messages may be shown to whoever sent the request. */
import { type FieldProblem, Refusal } from "../../runtime/refusal";

/** The input breaks its rules. */
export class InvalidInput extends Refusal {
  override readonly name = "InvalidInput";
  override readonly reason = "invalid input";

  constructor(override readonly fields: readonly FieldProblem[]) {
    super(
      fields.map(({ field, received, allowed }) => `${field}: received ${received}, allowed ${allowed}`).join("; "),
    );
  }
}

/** The thing asked for does not exist. */
export class NotFound extends Refusal {
  override readonly name = "NotFound";
  override readonly reason = "not found";

  constructor(readonly thing: string) {
    super(`There is no ${thing} with this id.`);
  }
}

/** The input is larger than what may be sent. */
export class TooLarge extends Refusal {
  override readonly name = "TooLarge";
  override readonly reason = "too large";

  constructor(thing: string, bytes: number, limit: number) {
    super(`The ${thing} has ${bytes} bytes; at most ${limit} are allowed.`);
  }
}

/** Nobody is signed in, and this takes someone who is. */
export class Unauthenticated extends Refusal {
  override readonly name = "Unauthenticated";
  override readonly reason = "unauthenticated";

  constructor() {
    super("Sign in to do this.");
  }
}

/** The caller may not do this. */
export class Forbidden extends Refusal {
  override readonly name = "Forbidden";
  override readonly reason = "forbidden";

  constructor(action: string) {
    super(`You may not ${action}.`);
  }
}

/** The thing is no longer what the caller knows: somebody else has changed it. */
export class Stale extends Refusal {
  override readonly name = "Stale";
  override readonly reason = "stale";

  constructor(readonly thing: string) {
    super(`The ${thing} has changed since you read it: read it again, and then decide.`);
  }
}

/** The Idempotency-Key has been used for something else. */
export class IdempotencyKeyReused extends Refusal {
  override readonly name = "IdempotencyKeyReused";
  override readonly reason = "idempotency key reused";

  constructor() {
    super("This Idempotency-Key was used before, with another input or for what is deleted by now: choose a new one.");
  }
}
