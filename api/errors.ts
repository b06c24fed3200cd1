/** The refusals that only the API knows. They say nothing of what was sent, so that they may be shown and logged. */
import { Refusal, Unavailable } from "../runtime/errors";

/** The method is one that the path does not take. */
export class MethodNotAllowed extends Refusal {
  override readonly name = "MethodNotAllowed";
  override readonly reason = "method not allowed";

  /** @param allow lists the methods that the path takes, as the `allow` header does */
  constructor(readonly allow: string) {
    super(`Allowed here: ${allow}.`);
  }
}

/** The body is of a type that is not read. */
export class UnsupportedMediaType extends Refusal {
  override readonly name = "UnsupportedMediaType";
  override readonly reason = "unsupported media type";

  constructor() {
    super("The body must be JSON and say so: content-type: application/json.");
  }
}

/** A cursor is wrong in some way. There is one message for all of them: saying more would help whoever forges one. */
export class InvalidCursor extends Refusal {
  override readonly name = "InvalidCursor";
  override readonly reason = "invalid input";

  constructor() {
    super("The cursor is not one of this list, or it is older than a day. Start again without a cursor.");
  }
}

const TOKEN_MESSAGES = {
  token_malformed: "The Authorization header must be the word Bearer and one Firebase ID token.",
  token_invalid: "The ID token is not one that this API accepts: sign in again.",
  token_expired: "The ID token has expired: fetch a fresh one.",
};

/** Clients act on the code: a fresh token of the same session cures `token_expired` and none of the others. */
export type InvalidTokenCode = keyof typeof TOKEN_MESSAGES;

/** The caller sent a token that does not prove who the caller is. */
export class InvalidToken extends Refusal {
  override readonly name = "InvalidToken";
  override readonly reason = "unauthenticated";

  constructor(override readonly code: InvalidTokenCode) {
    super(TOKEN_MESSAGES[code]);
  }
}

/**
 * Tokens cannot be checked now, because Google's certificates are out of reach. This is a 503 and never a 401, for
 * which clients would sign their users out. The cause is for the log only, and holds no token.
 */
export class AuthenticationUnavailable extends Unavailable {
  override readonly name = "AuthenticationUnavailable";

  constructor(cause: unknown) {
    super("ID tokens cannot be checked at the moment: try again in a few seconds.", { cause });
  }
}
