import { createHash } from "node:crypto";
import { type Listening, serve } from "./http-server";

export interface QueueEntry {
  readonly Id: string;
  readonly MessageBody: string;
  readonly DelaySeconds?: number;
}

export interface Queue extends Listening {
  /** The batches that were sent, in their order. */
  readonly batches: readonly (readonly QueueEntry[])[];
  /** The bodies of all of them. */
  bodies(): readonly unknown[];
  clear(): void;
}

const md5 = (body: string) => createHash("md5").update(body).digest("hex");

/**
 * Serves SQS's SendMessageBatch (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html).
 *
 * @param takes says what becomes of an entry of the n-th batch, counted from 1
 */
export async function startQueue(
  takes: (entry: QueueEntry, batch: number) => "taken" | "failed" | "sender fault" = () => "taken",
): Promise<Queue> {
  const batches: (readonly QueueEntry[])[] = [];
  const { url, stop } = await serve(({ body }, response) => {
    const entries: readonly QueueEntry[] = JSON.parse(body.toString()).Entries;
    batches.push(entries);
    const fates = entries.map((entry) => ({ ...entry, fate: takes(entry, batches.length) }));
    const answer = {
      Successful: fates
        .filter(({ fate }) => fate === "taken")
        .map(({ Id, MessageBody }) => ({ Id, MessageId: Id, MD5OfMessageBody: md5(MessageBody) })),
      Failed: fates
        .filter(({ fate }) => fate !== "taken")
        .map(({ Id, fate }) => ({ Id, Code: "Reason", Message: "why", SenderFault: fate === "sender fault" })),
    };
    response.writeHead(200, { "content-type": "application/x-amz-json-1.0" }).end(JSON.stringify(answer));
  });
  return {
    url,
    stop,
    batches,
    bodies: () => batches.flat().map(({ MessageBody }) => JSON.parse(MessageBody)),
    clear: () => {
      batches.length = 0;
    },
  };
}
