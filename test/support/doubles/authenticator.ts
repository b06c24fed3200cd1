import type { Authenticator } from "../../../api/authentication/authenticator";
import { bearerToken } from "../../../api/authentication/id-token";
import { InvalidToken } from "../../../api/errors";

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");

/** Returns the header that a user sends to the double. It has the form of an ID token, but nobody signed it. */
export const bearer = (uid: string, { anonymous = false } = {}): string =>
  `Bearer ${encode({ alg: "RS256" })}.${encode({ sub: uid, anonymous, email: `${uid}@mail.example` })}.c2lnbmVkLWJ5LW5vYm9keQ`;

/** Makes an authenticator that believes every token that names a user. */
export const credulousAuthenticator = (): Authenticator => ({
  async authenticate(authorization) {
    if (authorization === undefined) return undefined;
    const [, payload = ""] = bearerToken(authorization).split(".");
    const { sub, anonymous } = JSON.parse(Buffer.from(payload, "base64url").toString());
    if (typeof sub !== "string") throw new InvalidToken("token_invalid");
    return { uid: sub, anonymous };
  },
});
