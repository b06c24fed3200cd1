import { ApiGatewayManagementApiClient } from "@aws-sdk/client-apigatewaymanagementapi";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";

/**
 * AWS clients, made once per function instance so that connections are kept. Endpoint, region and credentials come
 * from the SDK's own variables. Every call is bounded in time: the SDK's default is to wait for ever.
 */

/**
 * DynamoDB, with its documents as plain objects. Three attempts are made.
 *
 * @param milliseconds that one attempt may take; DynamoDB answers within a few
 */
export function documentClient(milliseconds = 2_000): DynamoDBDocumentClient {
  const client = new DynamoDBClient({
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 1_000, ...answersWithin(milliseconds) },
  });
  return DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
}

/**
 * The @connections of one WebSocket API stage. One attempt per call.
 *
 * @param endpoint `https://…/<stage>`
 * @param sockets how many calls may be under way at once
 * @param milliseconds that one call may take
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

/** `requestTimeout` ends with the response's head and, alone, only warns; `socketTimeout` covers a body that stalls. */
const answersWithin = (milliseconds: number) => ({
  requestTimeout: milliseconds,
  throwOnRequestTimeout: true,
  socketTimeout: milliseconds,
});
