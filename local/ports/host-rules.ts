import { splitTarget } from "../http/messages";
import { CERTIFICATES_PATH } from "../identity/api";
import type { Ports } from "../shared/ports";
import type { Refusal } from "./port";

/** The names by which only a program on this machine can call it. */
const LOCAL_NAMES = ["localhost", "127.0.0.1", "[::1]"];
/** The host name under which firebase-admin fetches the certificates; see lambda/google-certificates.ts. */
const CERTIFICATES_HOST = "www.googleapis.com";
/** The addresses on the gateway's port that answer with something a web page must not carry out. */
const PRIVATE = /^\/_local\/|^\/[^/]+\/(@|%40)connections\//i;

/**
 * Returns the rules by which each port refuses requests of web pages from elsewhere. The ports listen on this machine
 * only, but a browser here calls them for any page:
 *
 * - A page can have its own host name resolve to 127.0.0.1 (DNS rebinding) and then read every response. Its name is
 *   in `Host`, so every port answers only to local names.
 * - A page can send a request that has effects although it cannot read the response. Its origin is in `Origin`, so
 *   DynamoDB, KMS, `/_local/` and `@connections` refuse other origins, from which AWS's clients never call. The
 *   Function URL, the HTTP API and the WebSocket API decide by their own CORS rules and functions, as on AWS.
 *
 * @param openTo host names, beside the local ones, that the developer trusts
 */
export function hostRules(openTo: readonly string[]): Readonly<Record<keyof Ports, Refusal>> {
  const names = new Set([...LOCAL_NAMES, ...openTo.map((name) => name.toLowerCase())]);
  const host: Refusal = ({ headers }) => {
    const name = hostName(headers.host ?? "");
    if (names.has(name)) return undefined;
    return `This port answers at ${[...names].join(", ")} and not at "${name}": TERRACE_OPEN adds a name.`;
  };
  const origin: Refusal = ({ headers }) => {
    if (headers.origin === undefined) return undefined;
    const url = URL.canParse(headers.origin) ? new URL(headers.origin) : undefined;
    if (url !== undefined && names.has(url.hostname)) return undefined;
    return `Pages of "${headers.origin}" may not call this address: TERRACE_OPEN adds a host name.`;
  };
  return {
    api: host,
    gateway: (request) => {
      const { path } = splitTarget(request.url ?? "/");
      if (path === CERTIFICATES_PATH && request.headers.host === CERTIFICATES_HOST) return undefined;
      return host(request) ?? (PRIVATE.test(path) ? origin(request) : undefined);
    },
    dynamodb: (request) => host(request) ?? origin(request),
  };
}

/** Returns the name in a `Host` header, without the port and in lower case. */
function hostName(header: string): string {
  return header.toLowerCase().replace(/:\d+$/, "");
}
