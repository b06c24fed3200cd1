import { ApiGatewayManagementApiClient } from "@aws-sdk/client-apigatewaymanagementapi";
import { answersWithin } from "./aws-clients";

/**
 * Creates a client of the `@connections` of one WebSocket API stage. It makes one attempt at each call. It is apart from
 * aws-clients.ts because a bundle links the packages that its files import, and one function in five needs this one.
 *
 * @param endpoint `https://…/<stage>`
 * @param sockets the most calls that may be under way at once
 * @param milliseconds the longest that one call may take
 */
export function connectionsClient(
  endpoint: string,
  sockets: number,
  milliseconds = 2_000,
): ApiGatewayManagementApiClient {
  return new ApiGatewayManagementApiClient({
    endpoint,
    maxAttempts: 1,
    requestHandler: {
      connectionTimeout: 1_000,
      ...answersWithin(milliseconds),
      httpsAgent: { maxSockets: sockets },
      httpAgent: { maxSockets: sockets },
    },
  });
}
