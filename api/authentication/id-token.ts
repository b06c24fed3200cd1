import * as z from "zod/mini";
import type { Caller } from "../../domain/shared/authorization";
import { isWellFormed } from "../../domain/shared/json";
import { InvalidToken } from "../errors";

/**
 * The longest header that is decoded, in characters. A real token has 0.7 to 2.5 KB: Firebase allows 1,000 characters of
 * custom claims (https://firebase.google.com/docs/auth/admin/custom-claims).
 */
const MAXIMUM_HEADER_LENGTH = 8_192;

/** The seconds by which Google's clock may be ahead of this machine's. */
const CLOCK_SKEW_SECONDS = 60;

const BEARER = /^Bearer +([\w-]+\.[\w-]+\.[\w-]+)$/i;

/**
 * Returns the token of an `Authorization` header, which is the scheme in any case and exactly one token in the form of a
 * JWT. Several such headers arrive joined by a comma, and are refused.
 *
 * @throws InvalidToken
 */
export function bearerToken(authorization: string): string {
  const token = authorization.length > MAXIMUM_HEADER_LENGTH ? undefined : BEARER.exec(authorization)?.[1];
  if (token === undefined) throw new InvalidToken("token_malformed");
  return token;
}

const protectedHeader = z.object({ alg: z.literal("RS256"), kid: z.string().check(z.minLength(1)) });

/** The claims that Firebase puts into every ID token (https://firebase.google.com/docs/auth/admin/verify-id-tokens). */
const claimsOf = (projectId: string) =>
  z.object({
    aud: z.literal(projectId),
    iss: z.literal(`https://securetoken.google.com/${projectId}`),
    sub: z.string().check(z.minLength(1), z.maxLength(128), z.refine(isWellFormed)),
    exp: z.int(),
    iat: z.int(),
    auth_time: z.int(),
    firebase: z.object({ sign_in_provider: z.string() }),
  });

/**
 * Returns a function that checks everything about a token that needs no key, and returns the caller that the token
 * names. That is to be believed only once firebase-admin has verified the signature of this same token. The function
 * throws InvalidToken.
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
    const { sub, exp, iat, auth_time, firebase } = claims.data;
    const seconds = Math.floor(Date.now() / 1_000);
    if (Math.max(iat, auth_time) > seconds + CLOCK_SKEW_SECONDS) throw new InvalidToken("token_invalid");
    if (exp <= seconds) throw new InvalidToken("token_expired");
    return { uid: sub, anonymous: firebase.sign_in_provider === "anonymous", tokenEndsAt: exp };
  };
}

function decode(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, "base64url").toString());
  } catch {
    throw new InvalidToken("token_malformed");
  }
}
