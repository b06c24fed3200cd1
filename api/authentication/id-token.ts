import * as z from "zod/mini";
import { isWellFormed } from "../../domain/shared/json";
import { InvalidToken } from "./errors";

/** Who sent a request. */
export interface Caller {
  /** Firebase's id of the user: 1 to 128 characters. */
  readonly uid: string;
  /** Signed in without any credential (Firebase's anonymous provider): anyone can become as many of these as they like. */
  readonly anonymous: boolean;
  /** Whether the user has shown that the e-mail address of the account is theirs; false for accounts without one. */
  readonly emailVerified: boolean;
  /** When the token ends, in seconds since 1 January 1970 UTC. */
  readonly expiresAt: number;
}

/**
 * A real token has 0.7 to 2.5 KB: Firebase allows 1,000 characters of custom claims
 * (https://firebase.google.com/docs/auth/admin/custom-claims). What is longer is not even decoded.
 */
const MAXIMUM_HEADER_LENGTH = 8_192;

/** How far Google's clock may be ahead of this machine's. */
const CLOCK_SKEW_SECONDS = 60;

const BEARER = /^Bearer +([\w-]+\.[\w-]+\.[\w-]+)$/i;

/**
 * The token of an `Authorization` header: the scheme in any case and exactly one token in the form of a JWT. Several
 * such headers arrive joined by a comma, and are refused.
 *
 * @throws InvalidToken
 */
export function bearerToken(authorization: string): string {
  const token = authorization.length > MAXIMUM_HEADER_LENGTH ? undefined : BEARER.exec(authorization)?.[1];
  if (token === undefined) throw new InvalidToken("token_malformed");
  return token;
}

const protectedHeader = z.object({ alg: z.literal("RS256"), kid: z.string().check(z.minLength(1)) });

/** What Firebase puts into every ID token, https://firebase.google.com/docs/auth/admin/verify-id-tokens. */
const claimsOf = (projectId: string) =>
  z.object({
    aud: z.literal(projectId),
    iss: z.literal(`https://securetoken.google.com/${projectId}`),
    sub: z.string().check(z.minLength(1), z.maxLength(128), z.refine(isWellFormed)),
    exp: z.int(),
    iat: z.int(),
    auth_time: z.int(),
    email_verified: z.optional(z.boolean()),
    firebase: z.object({ sign_in_provider: z.string() }),
  });

/**
 * Returns a function that checks everything about a token that needs no key, and says whom the token claims to be
 * from: to be believed only once firebase-admin has verified the signature of this same token. It throws
 * InvalidToken.
 *
 * firebase-admin checks most of this too, but lets pass an `iat` or `auth_time` in the future, a missing `exp`, and a
 * missing `sub` beside an `event_type` of `beforeSendSms` or `beforeSendEmail`. And some odd headers and claims make
 * it throw errors of no known kind: with those kept away from it, such an error can only mean an outage.
 */
export function createIdTokenReader(projectId: string): (token: string) => Caller {
  const expected = claimsOf(projectId);
  return (token) => {
    const [header, payload] = token.split(".", 2).map(decode);
    const claims = expected.safeParse(payload);
    if (!protectedHeader.safeParse(header).success || !claims.success) throw new InvalidToken("token_invalid");
    const { sub, exp, iat, auth_time, email_verified, firebase } = claims.data;
    const now = Math.floor(Date.now() / 1000);
    if (Math.max(iat, auth_time) > now + CLOCK_SKEW_SECONDS) throw new InvalidToken("token_invalid");
    if (exp <= now) throw new InvalidToken("token_expired");
    return {
      uid: sub,
      anonymous: firebase.sign_in_provider === "anonymous",
      emailVerified: email_verified === true,
      expiresAt: exp,
    };
  };
}

function decode(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, "base64url").toString());
  } catch {
    throw new InvalidToken("token_malformed");
  }
}
