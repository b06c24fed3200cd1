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
 * Bounds an attempt in time. `requestTimeout` ends with the response's head and, alone, only warns; `socketTimeout`
 * covers a body that stalls.
 */
export const answersWithin = (milliseconds: number) => ({
  requestTimeout: milliseconds,
  throwOnRequestTimeout: true,
  socketTimeout: milliseconds,
});
