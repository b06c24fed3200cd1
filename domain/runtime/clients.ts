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

/** `requestTimeout` ends with the response's head and, alone, only warns; `socketTimeout` covers a body that stalls. */
export const answersWithin = (milliseconds: number) => ({
  requestTimeout: milliseconds,
  throwOnRequestTimeout: true,
  socketTimeout: milliseconds,
});
