import { SendMessageBatchCommand, type SQSClient } from "@aws-sdk/client-sqs";
import type { Task, TaskQueue } from "./tasks";

/** The most messages of one call, and the most bytes of all of them, which our queues take as one message too; see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html */
const MOST_MESSAGES = 10;
const MOST_BYTES = 256 * 1024;
/** The times that a message is sent which the queue could not take. */
const TRIES = 3;

/** Creates the queue of tasks in SQS. */
export function sqsTaskQueue(client: SQSClient, url: string): TaskQueue {
  /** Sends a batch and returns those that the queue did not take: it may take some and not others. */
  async function sendBatch(bodies: readonly string[], delaySeconds: number | undefined): Promise<readonly string[]> {
    const { Failed = [] } = await client.send(
      new SendMessageBatchCommand({
        QueueUrl: url,
        Entries: bodies.map((body, place) => ({
          Id: String(place),
          MessageBody: body,
          ...(delaySeconds !== undefined && { DelaySeconds: delaySeconds }),
        })),
      }),
    );
    const wrong = Failed.find(({ SenderFault }) => SenderFault);
    if (wrong) throw new Error(`The queue refuses a task: ${wrong.Code} ${wrong.Message}`);
    return Failed.flatMap(({ Id }) => bodies[Number(Id)] ?? []);
  }

  return {
    async send(tasks, delaySeconds) {
      for (const batch of batches(tasks.map(bodyOf))) {
        let rest: readonly string[] = batch;
        for (let tries = 0; rest.length > 0 && tries < TRIES; tries++) rest = await sendBatch(rest, delaySeconds);
        if (rest.length > 0) throw new Error(`The queue did not take ${rest.length} of ${batch.length} tasks.`);
      }
    },
  };
}

/** Encodes a task. SQS takes the characters of XML only: two that JSON leaves as they are, and are none, are escaped. */
const bodyOf = (task: Task): string =>
  JSON.stringify(task).replace(/[\ufffe\uffff]/g, (character) => `\\u${character.charCodeAt(0).toString(16)}`);

/** Puts texts into batches that one call takes. */
function batches(bodies: readonly string[]): readonly string[][] {
  const all: string[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const body of bodies) {
    const size = Buffer.byteLength(body);
    const last = all.at(-1);
    if (last && last.length < MOST_MESSAGES && bytes + size <= MOST_BYTES) {
      last.push(body);
      bytes += size;
    } else {
      all.push([body]);
      bytes = size;
    }
  }
  return all;
}
