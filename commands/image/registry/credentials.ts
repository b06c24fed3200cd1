import { type Dispatcher, request } from "undici";
import * as z from "zod";
import { RegistryFailure } from "./failure";

/** How a registry is told who asks. */
export interface Credentials {
  /** Returns the header to send; undefined sends none. */
  current(): Promise<string | undefined>;
  /** Returns another header to try after one was refused, perhaps with a challenge; undefined gives up. */
  renew(
    refused: string | undefined,
    challenge: string | undefined,
    through: { readonly dispatcher: Dispatcher; readonly signal: AbortSignal | undefined },
  ): Promise<string | undefined>;
}

const tokenSchema = z
  .looseObject({ token: z.string().optional(), access_token: z.string().optional() })
  .transform(({ token, access_token }) => token ?? access_token)
  .pipe(z.string());

/**
 * Nobody in particular. A public registry answers with a challenge that names where everybody gets a token:
 * https://distribution.github.io/distribution/spec/auth/token/
 *
 * A login that has expired makes public registries refuse what they give to everybody, so none is ever sent.
 */
export function anonymous(): Credentials {
  let header: string | undefined;
  return {
    current: async () => header,
    renew: async (_refused, challenge, { dispatcher, signal }) => {
      const { realm, ...about } = parametersOf(challenge);
      if (realm === undefined || !/^https:|^http:\/\/(127\.0\.0\.1|localhost)[:/]/.test(realm)) return undefined;
      const url = new URL(realm);
      for (const [name, value] of Object.entries(about)) url.searchParams.set(name, value);
      const { statusCode, body } = await request(url, { dispatcher, signal: signal ?? null });
      const text = await body.text();
      if (statusCode !== 200)
        throw new RegistryFailure({ what: `the token of ${url.host}`, status: statusCode, body: text });
      header = `Bearer ${tokenSchema.parse(JSON.parse(text))}`;
      return header;
    },
  };
}

/** Returns what a challenge says: `Bearer realm="https://…",service="…",scope="…"`. */
function parametersOf(challenge = ""): Readonly<Record<string, string>> {
  if (!/^bearer /i.test(challenge)) return {};
  const parameters = challenge.matchAll(/(realm|service|scope)="([^"]*)"/g);
  return Object.fromEntries([...parameters].map(([, name, value]) => [name, value]));
}
