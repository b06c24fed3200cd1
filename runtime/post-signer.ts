import { createHash, createHmac, hash } from "node:crypto";
import type { ApiGatewayManagementApiClientResolvedConfig } from "@aws-sdk/client-apigatewaymanagementapi";

const ALGORITHM = "AWS4-HMAC-SHA256";
const CONTENT_TYPE = "application/octet-stream";

/** What the signatures of one second have in common, which is as long as the date in a signature lasts. */
interface Common {
  readonly second: number;
  /** The lines of the canonical request between the path and the hash of the body. */
  readonly canonicalHeaders: string;
  /** The lines of the string to sign before the hash of the canonical request. */
  readonly toSign: string;
  readonly key: Uint8Array;
  /** The headers to send and their values in turn, but for the host, up to the authorization's value. */
  readonly headers: readonly string[];
  /** The authorization up to its signature. */
  readonly authorization: string;
}

/** Signs one post: returns the headers to send and their values in turn, but for the host. */
export type PostSigner = (encodedPath: string, body: Uint8Array) => Promise<readonly string[]>;

/**
 * Creates a signer of posts to one host with Signature Version 4
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html).
 *
 * A request costs one hash of some lines and one HMAC. The rest is kept: what depends on the time and the credentials
 * for a second, and the hash of a body as long as the same bytes are posted.
 *
 * @param config the configuration of the client whose region and credentials, which renew themselves, are used
 * @param now returns milliseconds since 1970
 */
export function createPostSigner(
  { credentials, region }: Pick<ApiGatewayManagementApiClientResolvedConfig, "credentials" | "region">,
  service: string,
  host: string,
  now: () => number = Date.now,
): PostSigner {
  const bodyHashes = new WeakMap<Uint8Array, string>();
  let common: Common | undefined;
  let next: { readonly second: number; readonly made: Promise<Common> } | undefined;

  async function commonAt(second: number): Promise<Common> {
    const { accessKeyId, secretAccessKey, sessionToken } = await credentials();
    const time = new Date(second * 1_000).toISOString().replace(/\.000|[-:]/g, "");
    const scope = [time.slice(0, 8), await region(), service, "aws4_request"];
    const signed: readonly (readonly [string, string])[] = [
      ["content-type", CONTENT_TYPE],
      ["host", host],
      ["x-amz-date", time],
      ...(sessionToken === undefined ? [] : [["x-amz-security-token", sessionToken] as const]),
    ];
    const names = signed.map(([name]) => name).join(";");
    return {
      second,
      canonicalHeaders: `\n\n${signed.map(([name, value]) => `${name}:${value}\n`).join("")}\n${names}\n`,
      toSign: `${ALGORITHM}\n${time}\n${scope.join("/")}\n`,
      key: scope.reduce<Uint8Array>(
        (key, part) => createHmac("sha256", key).update(part).digest(),
        Buffer.from(`AWS4${secretAccessKey}`),
      ),
      headers: [...signed.filter(([name]) => name !== "host").flat(), "authorization"],
      authorization: `${ALGORITHM} Credential=${accessKeyId}/${scope.join("/")}, SignedHeaders=${names}, Signature=`,
    };
  }

  /** Makes what is common once for all who ask within one second. */
  function renewed(second: number): Promise<Common> {
    if (next?.second !== second) {
      const mine = { second, made: commonAt(second) };
      next = mine;
      // The caller hears of the failure, and the next call asks for the credentials again.
      mine.made.catch(() => {
        if (next === mine) next = undefined;
      });
    }
    return next?.made ?? commonAt(second);
  }

  function hashOf(body: Uint8Array): string {
    const known = bodyHashes.get(body);
    if (known !== undefined) return known;
    const hash = createHash("sha256").update(body).digest("hex");
    bodyHashes.set(body, hash);
    return hash;
  }

  return async (encodedPath, body) => {
    const second = Math.floor(now() / 1_000);
    if (common?.second !== second) common = await renewed(second);
    const { canonicalHeaders, toSign, key, headers, authorization } = common;
    const request = `POST\n${encodedAgain(encodedPath)}${canonicalHeaders}${hashOf(body)}`;
    const requestHash = hash("sha256", request, "hex");
    const signature = createHmac("sha256", key)
      .update(toSign + requestHash)
      .digest("hex");
    return [...headers, authorization + signature];
  };
}

/** Encodes a path that is encoded already once more, as every service but S3 wants it signed. */
const encodedAgain = (path: string): string =>
  path.replace(/[^A-Za-z0-9\-._~/]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
