import { createHash, type KeyObject, sign } from "node:crypto";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { redirectGoogleCertificates } from "../../../../local/lambda/google-certificates";
import { rsaKeys } from "../rsa-keys";

export const PROJECT_ID = "blogapp-test";

/** A signing key. Google has several of them. */
export interface SigningKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly certificate: string;
}

/**
 * A double of the server of Google's certificates. While it runs, every connection of this process to the real one comes
 * here. A test changes its answers, and sees the number of requests.
 */
export interface CertificateServer {
  readonly port: number;
  /** The keys whose certificates it serves, newest first. */
  keys: SigningKey[];
  /** Answers requests instead of the server, until it is undefined again. */
  fault: http.RequestListener | undefined;
  /** The header that is sent with the certificates. */
  cacheControl: string | undefined;
  /** The number of requests that arrived. */
  requests: number;
  /** Stops listening, so that connections to its port are refused. */
  refuseConnections(): Promise<void>;
  close(): Promise<void>;
}

export async function startCertificateServer(keys: SigningKey[]): Promise<CertificateServer> {
  const server = http.createServer((request, response) => {
    double.requests += 1;
    if (double.fault) return double.fault(request, response);
    if (double.cacheControl !== undefined) response.setHeader("cache-control", double.cacheControl);
    response.setHeader("content-type", "application/json; charset=UTF-8");
    response.end(JSON.stringify(Object.fromEntries(double.keys.map(({ kid, certificate }) => [kid, certificate]))));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const endRedirection = redirectGoogleCertificates(port);
  const double: CertificateServer = {
    port,
    keys,
    fault: undefined,
    cacheControl: "public, max-age=21600, must-revalidate, no-transform",
    requests: 0,
    async refuseConnections() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
    async close() {
      endRedirection();
      await double.refuseConnections();
    },
  };
  return double;
}

function signingKey({ privateKey, publicPem: certificate }: (typeof rsaKeys)["first"]): SigningKey {
  return { kid: createHash("sha1").update(certificate).digest("hex"), privateKey, certificate };
}
/** A key that Google has published, unless a test says otherwise. */
export const published = signingKey(rsaKeys.first);
/** The key that follows it in a rotation. */
export const next = signingKey(rsaKeys.second);
/** A key that is not Google's. */
export const stranger = signingKey(rsaKeys.third);

/** Returns the claims of a sound token of a user who signed in a minute ago, with some of them replaced or left out. */
export function claims(changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const now = Math.floor(Date.now() / 1000);
  return {
    iss: `https://securetoken.google.com/${PROJECT_ID}`,
    aud: PROJECT_ID,
    auth_time: now - 60,
    user_id: "alice",
    sub: "alice",
    iat: now - 60,
    exp: now + 3_540,
    email: "alice@example.com",
    email_verified: true,
    firebase: { identities: { email: ["alice@example.com"] }, sign_in_provider: "password" },
    ...changes,
  };
}

/** Makes a JWT and signs it with RS256. Its header may name another algorithm. */
export function signToken(
  key: SigningKey,
  payload: unknown = claims(),
  header: Readonly<Record<string, unknown>> = {},
): string {
  const content = [{ alg: "RS256", kid: key.kid, typ: "JWT", ...header }, payload].map(encode).join(".");
  return `${content}.${sign("sha256", Buffer.from(content), key.privateKey).toString("base64url")}`;
}

export const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
