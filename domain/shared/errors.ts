/** The errors of the product. The messages of its refusals may be shown to whoever sent the request. */
import { type FieldProblem, Refusal } from "../../runtime/errors";

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

/** The resource that the request is about does not exist. */
export class NotFound extends Refusal {
  override readonly name = "NotFound";
  override readonly reason = "not found";

  constructor(readonly resource: string) {
    super(`There is no ${resource} with this id.`);
  }
}

/** The input is larger than what may be sent. */
export class TooLarge extends Refusal {
  override readonly name = "TooLarge";
  override readonly reason = "too large";

  constructor(input: string, bytes: number, limit: number) {
    super(`The ${input} has ${bytes} bytes; at most ${limit} are allowed.`);
  }
}

/** Nobody is signed in, and the action takes someone who is. */
export class Unauthenticated extends Refusal {
  override readonly name = "Unauthenticated";
  override readonly reason = "unauthenticated";

  constructor(remedy = "Sign in to do this.") {
    super(remedy);
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

/** The resource is no longer of the version that the caller knows: somebody has changed it meanwhile. */
export class Stale extends Refusal {
  override readonly name = "Stale";
  override readonly reason = "stale";

  constructor(readonly resource: string) {
    super(`The ${resource} has changed since you read it: read it again, and then decide.`);
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

/** The caller has, or has asked for, as much as one may. */
export class TooMany extends Refusal {
  override readonly name = "TooMany";
  override readonly reason = "too many";
}

/**
 * The broadcast function may not send to the gateway at all: its endpoint, stage or policy is wrong. This is for the
 * operator, and no refusal: the sender of the request can do nothing about it.
 */
export class SendingForbidden extends Error {
  override readonly name = "SendingForbidden";

  constructor() {
    super(
      "Sending is forbidden: check the WebSocket endpoint, its stage and the permission execute-api:ManageConnections.",
    );
  }
}
