import { SQSClient } from "@aws-sdk/client-sqs";
import { answersWithin } from "./aws-clients";

/**
 * Creates a client of SQS. It makes three attempts at each call. It is apart from aws-clients.ts because a bundle links
 * the packages that its files import.
 *
 * @param milliseconds the longest that one attempt may take
 */
export function queueClient(milliseconds = 2_000): SQSClient {
  return new SQSClient({
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 1_000, ...answersWithin(milliseconds) },
  });
}
