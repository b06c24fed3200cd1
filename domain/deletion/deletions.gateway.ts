import { SendMessageBatchCommand, type SQSClient } from "@aws-sdk/client-sqs";
import type { DeletionQueue } from "./finishing";

/** The most messages of one call; see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html */
const MOST_MESSAGES = 10;

/**
 * Creates the queue of deletions in SQS.
 *
 * Its `send` rejects if SQS does not take all of them: it may take some of a batch, which are then there twice when it is
 * done again.
 */
export function sqsDeletionQueue(client: SQSClient, url: string): DeletionQueue {
  return {
    async send(deletions) {
      for (let first = 0; first < deletions.length; first += MOST_MESSAGES) {
        const batch = deletions.slice(first, first + MOST_MESSAGES);
        const command = new SendMessageBatchCommand({
          QueueUrl: url,
          Entries: batch.map((one, place) => ({ Id: String(place), MessageBody: JSON.stringify(one) })),
        });
        const { Failed = [] } = await client.send(command);
        const [failed] = Failed;
        if (failed)
          throw new Error(
            `The queue did not take ${Failed.length} of ${batch.length} deletions: ${failed.Code} ${failed.Message}`,
          );
      }
    },
  };
}
