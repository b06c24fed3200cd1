import type { DynamoDBClientResolvedConfig } from "@aws-sdk/client-dynamodb";
import { SignatureV4 } from "@smithy/signature-v4";

/** The longest that closing a connection may take, in milliseconds. */
const DEADLINE_MILLISECONDS = 2_000;

/**
 * Creates a function that closes WebSocket connections, as the SDK's `DeleteConnectionCommand` does, whose client would
 * be most of a bundle that hardly ever uses it
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-how-to-call-websocket-api-connections.html).
 * It rejects with the status if the connection is neither closed now nor gone already.
 *
 * @param endpoint `https://…/<stage>` of a WebSocket API
 * @param config the configuration of any AWS client: its region, its hash and its credentials, which renew themselves
 */
export function closeConnection(
  endpoint: string,
  { credentials, region, sha256 }: Pick<DynamoDBClientResolvedConfig, "credentials" | "region" | "sha256">,
): (connectionId: string) => Promise<void> {
  const signer = new SignatureV4({ service: "execute-api", credentials, region, sha256 });
  return async (connectionId) => {
    const url = new URL(`${endpoint.replace(/\/$/, "")}/@connections/${encodeURIComponent(connectionId)}`);
    const { protocol, hostname, host, pathname: path } = url;
    const { headers } = await signer.sign({ method: "DELETE", protocol, hostname, path, headers: { host } });
    const signal = AbortSignal.timeout(DEADLINE_MILLISECONDS);
    const response = await fetch(url, { method: "DELETE", headers, signal, redirect: "manual" });
    // An answer that is not read keeps its connection.
    await response.arrayBuffer();
    if (!response.ok && response.status !== 410) throw new Error(`The gateway answered ${response.status}.`);
  };
}
