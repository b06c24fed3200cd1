import * as z from "zod/mini";
import { parseJson } from "../shared/json";
import { TOKEN_LIFETIME_SECONDS, type TokenRequest } from "./provider";

const tokenRequest = z.strictObject({
  uid: z.string().check(z.minLength(1), z.maxLength(128)),
  email: z.optional(z.string().check(z.includes("@"))),
  anonymous: z.optional(z.boolean()),
  expires_in: z.optional(z.int().check(z.minimum(1), z.maximum(TOKEN_LIFETIME_SECONDS))),
});

/** The message for a body that is not a valid request. */
export const USAGE =
  'The body must be JSON such as {"uid":"alice"}: "uid" (1 to 128 characters), and optionally "email", ' +
  `"anonymous" (true or false) and "expires_in" (1 to ${TOKEN_LIFETIME_SECONDS} seconds).`;

/** Parses the body of `POST /_local/tokens`. Returns undefined if it is not valid; see {@link USAGE}. */
export function parseTokenRequest(body: string): Omit<Required<TokenRequest>, "projectId"> | undefined {
  const parsed = tokenRequest.safeParse(parseJson(body));
  if (!parsed.success) return undefined;
  const { uid, email, anonymous, expires_in: lifetimeSeconds = TOKEN_LIFETIME_SECONDS } = parsed.data;
  return { uid, email, anonymous, lifetimeSeconds };
}
