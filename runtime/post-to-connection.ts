import { ApiGatewayManagementApiClient } from "@aws-sdk/client-apigatewaymanagementapi";
import { createPostPool } from "./post-pool";
import { createPostSigner } from "./post-signer";

/**
 * Posts a message to a connection and returns the status of the answer. Rejects when there is no whole answer in time.
 *
 * @param data is not changed as long as it is posted
 */
export type PostToConnection = (connectionId: string, data: Uint8Array, signal: AbortSignal) => Promise<number>;

/**
 * Creates a function that does what the SDK's client does with a `PostToConnectionCommand`, once and for a small part
 * of the CPU: docs/decisions/posting-to-connections.md. Region and credentials are the client's.
 *
 * This is apart from aws-clients.ts because a bundle links the packages that its files import, and few functions send.
 *
 * @param endpoint `https://…/<stage>` of a WebSocket API
 * @param milliseconds the longest that one post may take
 */
export function postToConnection(endpoint: string, milliseconds = 2_000): PostToConnection {
  const { origin, host, pathname } = new URL(endpoint);
  const pool = createPostPool(origin, milliseconds);
  const sign = createPostSigner(new ApiGatewayManagementApiClient({ endpoint }).config, "execute-api", host);
  const prefix = `${pathname.replace(/\/$/, "")}/@connections/`;
  return async (connectionId, data, signal) => {
    const path = prefix + encoded(connectionId);
    return pool.post(path, await sign(path, data), data, signal);
  };
}

/** Encodes a part of a path as the client does: what JavaScript leaves as it is, but the standard reserves, too. */
const encoded = (part: string): string =>
  encodeURIComponent(part).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
