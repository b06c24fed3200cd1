import { ApiGatewayManagementApiClient } from "@aws-sdk/client-apigatewaymanagementapi";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";

/**
 * Creates the AWS clients. A function creates each once per instance, so that connections are kept. Endpoint, region
 * and credentials come from the SDK's own variables. Every call is bounded in time: the SDK's default is to wait for
 * ever.
 */

/**
 * Creates a client of DynamoDB that takes and gives items as plain objects. It makes three attempts at each call.
 *
 * @param milliseconds the longest that one attempt may take; DynamoDB answers within a few
 */
export function documentClient(milliseconds = 2_000): DynamoDBDocumentClient {
  const client = new DynamoDBClient({
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 1_000, ...answersWithin(milliseconds) },
  });
  return DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
}

/**
 * Creates a client of the `@connections` of one WebSocket API stage. It makes one attempt at each call.
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

/**
 * Bounds an attempt in time. `requestTimeout` ends with the response's head and, alone, only warns; `socketTimeout`
 * covers a body that stalls.
 */
const answersWithin = (milliseconds: number) => ({
  requestTimeout: milliseconds,
  throwOnRequestTimeout: true,
  socketTimeout: milliseconds,
});
