import type { JsonObject } from "../shared/json";
import { SqsError, sqsError } from "./errors";
import { attributesMd5, md5, type Outgoing, sizeOf, systemAttributes } from "./message";
import { type Operation, picked } from "./operation";
import {
  bounded,
  entries,
  MOST_BATCH_BYTES,
  optionalInteger,
  optionalObject,
  optionalText,
  requireKnown,
  text,
  texts,
} from "./parameters";
import { LONGEST_VISIBILITY, type Queue, type Received } from "./queue";
import { receiveWithin } from "./waiting";

const MESSAGE = ["MessageBody", "DelaySeconds", "MessageAttributes", "MessageGroupId"];
/** The most messages of an answer, and the longest wait for one; see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html */
const MOST_RECEIVED = 10;
const LONGEST_WAIT = 20;

/** The operations on messages that are emulated. */
export const messageOperations: Readonly<Record<string, Operation>> = {
  SendMessage: {
    action: "SendMessage",
    async answer(input, { queues, caller }) {
      requireKnown(input, "SendMessage", ["QueueUrl", ...MESSAGE]);
      return send(queues.byUrl(text(input, "QueueUrl")), input, caller);
    },
  },
  SendMessageBatch: {
    action: "SendMessage",
    async answer(input, { queues, caller }) {
      requireKnown(input, "SendMessageBatch", ["QueueUrl", "Entries"]);
      const queue = queues.byUrl(text(input, "QueueUrl"));
      const batch = entries(input);
      for (const { Id, ...entry } of batch) requireKnown(entry, "SendMessageBatch", MESSAGE);
      const bytes = batch.reduce((sum, entry) => sum + sizeOf(outgoing(entry, caller)), 0);
      if (bytes > MOST_BATCH_BYTES)
        throw sqsError(
          "BatchRequestTooLong",
          `Batch requests cannot be longer than ${MOST_BATCH_BYTES} bytes. You have sent ${bytes} bytes.`,
        );
      return each(batch, (entry) => send(queue, entry, caller));
    },
  },
  ReceiveMessage: {
    action: "ReceiveMessage",
    async answer(input, { queues, clock }) {
      requireKnown(input, "ReceiveMessage", [
        ...["QueueUrl", "MaxNumberOfMessages", "WaitTimeSeconds", "VisibilityTimeout", "AttributeNames"],
        ...["MessageSystemAttributeNames", "MessageAttributeNames"],
      ]);
      const queue = queues.byUrl(text(input, "QueueUrl"));
      const most = bounded(input, "MaxNumberOfMessages", 1, MOST_RECEIVED, 1);
      const { visibilitySeconds, waitSeconds } = queue.definition;
      const visibility = bounded(input, "VisibilityTimeout", 0, LONGEST_VISIBILITY, visibilitySeconds);
      const wait = bounded(input, "WaitTimeSeconds", 0, LONGEST_WAIT, waitSeconds);
      await queues.settle(queue);
      const received = await receiveWithin(queue, clock, { most, visibility, wait });
      // SQS leaves the member out if there is none.
      if (received.length === 0) return {};
      const system = [...texts(input, "AttributeNames"), ...texts(input, "MessageSystemAttributeNames")];
      const own = texts(input, "MessageAttributeNames");
      return { Messages: received.map((one) => shown(one, system, own)) };
    },
  },
  DeleteMessage: {
    action: "DeleteMessage",
    async answer(input, { queues }) {
      requireKnown(input, "DeleteMessage", ["QueueUrl", "ReceiptHandle"]);
      await queues.byUrl(text(input, "QueueUrl")).delete(text(input, "ReceiptHandle"));
      return {};
    },
  },
  DeleteMessageBatch: {
    action: "DeleteMessage",
    async answer(input, { queues }) {
      requireKnown(input, "DeleteMessageBatch", ["QueueUrl", "Entries"]);
      const queue = queues.byUrl(text(input, "QueueUrl"));
      return each(entries(input), async (entry) => {
        await queue.delete(text(entry, "ReceiptHandle"));
        return {};
      });
    },
  },
  ChangeMessageVisibility: {
    action: "ChangeMessageVisibility",
    async answer(input, { queues }) {
      requireKnown(input, "ChangeMessageVisibility", ["QueueUrl", "ReceiptHandle", "VisibilityTimeout"]);
      const seconds = optionalInteger(input, "VisibilityTimeout") ?? Number.NaN;
      await queues.byUrl(text(input, "QueueUrl")).changeVisibility(text(input, "ReceiptHandle"), seconds);
      return {};
    },
  },
};

function outgoing(input: JsonObject, sender: string): Outgoing {
  return {
    body: text(input, "MessageBody"),
    attributes: optionalObject(input, "MessageAttributes"),
    delaySeconds: optionalInteger(input, "DelaySeconds"),
    group: optionalText(input, "MessageGroupId"),
    sender,
  };
}

async function send(queue: Queue, input: JsonObject, sender: string): Promise<JsonObject> {
  const message = outgoing(input, sender);
  const attributes = attributesMd5(message.attributes);
  return {
    MessageId: await queue.send(message),
    MD5OfMessageBody: md5(message.body),
    ...(attributes !== undefined && { MD5OfMessageAttributes: attributes }),
  };
}

/** Answers each entry of a batch by itself: some may fail in an answer that succeeds. */
async function each<Entry extends { readonly Id: string }>(
  batch: readonly Entry[],
  perform: (entry: Entry) => Promise<JsonObject>,
): Promise<JsonObject> {
  const Successful: JsonObject[] = [];
  const Failed: JsonObject[] = [];
  for (const entry of batch)
    try {
      Successful.push({ Id: entry.Id, ...(await perform(entry)) });
    } catch (error) {
      if (!(error instanceof SqsError)) throw error;
      Failed.push({ Id: entry.Id, SenderFault: true, Code: error.code, Message: error.message });
    }
  return { ...(Successful.length > 0 && { Successful }), ...(Failed.length > 0 && { Failed }) };
}

function shown({ message, receipt }: Received, system: readonly string[], own: readonly string[]): JsonObject {
  const attributes = picked(systemAttributes(message), system);
  const custom = Object.fromEntries(
    Object.entries(message.attributes ?? {}).filter(([name]) => own.some((wanted) => isWanted(name, wanted))),
  );
  const hash = attributesMd5(custom);
  return {
    MessageId: message.id,
    ReceiptHandle: receipt,
    Body: message.body,
    MD5OfBody: md5(message.body),
    ...(Object.keys(attributes).length > 0 && { Attributes: attributes }),
    ...(hash !== undefined && { MessageAttributes: custom, MD5OfMessageAttributes: hash }),
  };
}

/** A name ends with `.*` where a client wants all that begin so. */
function isWanted(name: string, wanted: string): boolean {
  if (wanted === "All" || wanted === ".*") return true;
  return wanted.endsWith(".*") ? name.startsWith(wanted.slice(0, -1)) : name === wanted;
}
