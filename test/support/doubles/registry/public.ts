/**
 * A public registry with the manners of public.ecr.aws: everybody gets a token, an old login is refused, and blobs are
 * elsewhere, where a token is refused.
 */
import { type Front, type Manners, startFront } from "./front";

const TOKEN = "everybodys-token-0123456789";

export interface PublicRegistry {
  /** Host and port, as in a reference. */
  readonly host: string;
  readonly front: Front;
  stop(): Promise<void>;
}

/** Starts it before a registry that asks nobody; `own` manners come before those of a public registry. */
export async function startPublicRegistry(registry: string, own: Manners = () => undefined): Promise<PublicRegistry> {
  const store = await startFront(registry, ({ headers }) =>
    headers.authorization === undefined ? undefined : { status: 400, body: "Only one auth mechanism allowed" },
  );
  const front: Front = await startFront(registry, async (exchange) => {
    const { path, headers } = exchange;
    if (path.startsWith("/token/")) {
      if (path !== "/token/?service=public.ecr.aws&scope=aws" || headers.authorization !== undefined)
        return { status: 400, body: "{}" };
      return { status: 200, body: JSON.stringify({ token: TOKEN }) };
    }
    if (headers.authorization !== `Bearer ${TOKEN}`)
      return {
        status: headers.authorization === undefined ? 401 : 403,
        headers: { "www-authenticate": `Bearer realm="${front.url}/token/",service="public.ecr.aws",scope="aws"` },
        body: JSON.stringify({ errors: [{ code: "DENIED", message: "Not Authorized" }] }),
      };
    const answer = await own(exchange);
    if (answer) return answer;
    if (path.includes("/blobs/sha256:")) return { status: 307, headers: { location: `${store.url}${path}` } };
    return undefined;
  });
  return {
    host: new URL(front.url).host,
    front,
    stop: async () => {
      await front.stop();
      await store.stop();
    },
  };
}
