/**
 * Why a request is not authenticated. Clients may act on the code: `token_expired` is cured by a fresh token of the
 * same session, the others are not.
 */
export type InvalidTokenCode = "token_malformed" | "token_invalid" | "token_expired";

const MESSAGES: Readonly<Record<InvalidTokenCode, string>> = {
  token_malformed: "The Authorization header must be the word Bearer and one Firebase ID token.",
  token_invalid: "The ID token is not one that this API accepts: sign in again.",
  token_expired: "The ID token has expired: fetch a fresh one.",
};

/** The caller sent a token that proves nothing: 401. Says nothing of what was sent, so it may be shown and logged. */
export class InvalidToken extends Error {
  override readonly name = "InvalidToken";

  constructor(readonly code: InvalidTokenCode) {
    super(MESSAGES[code]);
  }
}

/**
 * Tokens cannot be checked now, because Google's certificates are out of reach: 503, never 401, for which clients
 * would sign their users out. The message may be shown; the cause is for the log only, and holds no token.
 */
export class AuthenticationUnavailable extends Error {
  override readonly name = "AuthenticationUnavailable";
  /** For the `retry-after` header. */
  readonly retryAfterSeconds = 5;

  constructor(cause: unknown) {
    super("ID tokens cannot be checked at the moment: try again in a few seconds.", { cause });
  }
}
