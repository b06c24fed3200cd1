import * as z from "zod/mini";
import type { HeaderList } from "../http/cors";
import { parseJson } from "../shared/json";
import { CERTIFICATES_PATH, TOKENS_PATH } from "./paths";
import { CERTIFICATES_MAX_AGE_SECONDS, type IdentityProvider, TOKEN_LIFETIME_SECONDS } from "./provider";

export interface IdentityRequest {
  readonly method: string | undefined;
  /** Without a query. */
  readonly path: string;
  readonly body: string;
}

export interface IdentityResponse {
  readonly status: number;
  /** Sent as JSON. */
  readonly body: unknown;
  readonly headers: HeaderList;
}

const tokenWanted = z.strictObject({
  uid: z.string().check(z.minLength(1), z.maxLength(128)),
  email: z.optional(z.string().check(z.includes("@"))),
  anonymous: z.optional(z.boolean()),
  expires_in: z.optional(z.int().check(z.minimum(1), z.maximum(TOKEN_LIFETIME_SECONDS))),
});

const USAGE =
  'The body must be JSON such as {"uid":"alice"}: "uid" (1 to 128 characters), and optionally "email", ' +
  `"anonymous" (true or false) and "expires_in" (1 to ${TOKEN_LIFETIME_SECONDS} seconds).`;

/**
 * The identity provider over HTTP, to be served on the loopback interface only: Google's certificates where
 * firebase-admin looks for them, and `POST /_local/tokens`, which issues a token of the project to whoever asks.
 *
 * @returns a function that answers these two requests, and undefined to all others
 */
export function identityProviderRoutes(provider: IdentityProvider, projectId: string) {
  return ({ method, path, body }: IdentityRequest): IdentityResponse | undefined => {
    if (method === "GET" && path === CERTIFICATES_PATH) {
      const headers = ["cache-control", `public, max-age=${CERTIFICATES_MAX_AGE_SECONDS}, must-revalidate`];
      return { status: 200, body: provider.certificates(), headers };
    }
    if (method !== "POST" || path !== TOKENS_PATH) return undefined;
    const wanted = tokenWanted.safeParse(parseJson(body));
    if (!wanted.success) return { status: 400, body: { message: USAGE }, headers: [] };
    const { uid, email, anonymous, expires_in = TOKEN_LIFETIME_SECONDS } = wanted.data;
    const token = provider.issueToken({ projectId, uid, email, anonymous, lifetimeSeconds: expires_in });
    return { status: 200, body: { token, expires_in }, headers: ["cache-control", "no-store"] };
  };
}
