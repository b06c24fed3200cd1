import type { DynamoDBClientResolvedConfig } from "@aws-sdk/client-dynamodb";
import { SignatureV4 } from "@smithy/signature-v4";

/** Posts JSON and returns the status of the answer. Rejects when there is none, or when the signal aborts. */
export type SignedPost = (
  url: string,
  json: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
) => Promise<number>;

/**
 * Creates a function that posts to API Gateway routes that ask for AWS_IAM, signed with Signature Version 4
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html).
 *
 * @param config the configuration of any AWS client: its region, its hash and its credentials, which renew themselves
 */
export function signedPost({
  credentials,
  region,
  sha256,
}: Pick<DynamoDBClientResolvedConfig, "credentials" | "region" | "sha256">): SignedPost {
  const signer = new SignatureV4({ service: "execute-api", credentials, region, sha256 });
  return async (url, json, headers, signal) => {
    const { protocol, hostname, host, pathname } = new URL(url);
    // The very bytes that are signed are sent.
    const body = new TextEncoder().encode(json);
    const signed = await signer.sign({
      method: "POST",
      protocol,
      hostname,
      path: pathname,
      headers: { ...headers, "content-type": "application/json", host },
      body,
    });
    const response = await fetch(url, { method: "POST", headers: signed.headers, body, signal, redirect: "manual" });
    // An answer that is not read keeps its connection.
    await response.arrayBuffer();
    return response.status;
  };
}
