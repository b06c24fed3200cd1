import { sqsError } from "./errors";
import { type Operation, picked } from "./operation";
import { optionalText, requireKnown, text, texts } from "./parameters";
import type { Queue } from "./queue";

/** The milliseconds between two purges of a queue. */
const PURGE_EVERY = 60_000;
const purges = new WeakMap<Queue, number>();

/** The operations on queues that are emulated. */
export const queueOperations: Readonly<Record<string, Operation>> = {
  GetQueueUrl: {
    action: "GetQueueUrl",
    async answer(input, { queues }) {
      requireKnown(input, "GetQueueUrl", ["QueueName"]);
      return { QueueUrl: queues.byName(text(input, "QueueName")).definition.url };
    },
  },
  GetQueueAttributes: {
    action: "GetQueueAttributes",
    async answer(input, { queues }) {
      requireKnown(input, "GetQueueAttributes", ["QueueUrl", "AttributeNames"]);
      const queue = queues.byUrl(text(input, "QueueUrl"));
      await queues.settle(queue);
      const all = queueAttributes(queue);
      const names = texts(input, "AttributeNames");
      const unknown = names.find((name) => name !== "All" && !(name in all) && !UNSET.includes(name));
      if (unknown !== undefined) throw sqsError("InvalidAttributeName", `Unknown Attribute ${unknown}.`);
      if (names.length === 0) return {};
      return { Attributes: picked(all, names) };
    },
  },
  ListQueues: {
    action: "ListQueues",
    async answer(input, { queues }) {
      requireKnown(input, "ListQueues", ["QueueNamePrefix"]);
      const prefix = optionalText(input, "QueueNamePrefix") ?? "";
      const found = queues.all().filter(({ definition }) => definition.name.startsWith(prefix));
      return found.length === 0 ? {} : { QueueUrls: found.map(({ definition }) => definition.url) };
    },
  },
  PurgeQueue: {
    action: "PurgeQueue",
    async answer(input, { queues, clock }) {
      requireKnown(input, "PurgeQueue", ["QueueUrl"]);
      const queue = queues.byUrl(text(input, "QueueUrl"));
      if (clock.now() - (purges.get(queue) ?? Number.NEGATIVE_INFINITY) < PURGE_EVERY)
        throw sqsError(
          "PurgeQueueInProgress",
          `Only one PurgeQueue operation on ${queue.definition.name} is allowed every 60 seconds.`,
        );
      purges.set(queue, clock.now());
      await queue.purge();
      return {};
    },
  },
};

/** Attributes that a queue can have and those here do not. */
const UNSET = ["Policy", "RedriveAllowPolicy", "FifoQueue", "ContentBasedDeduplication", "KmsMasterKeyId"];

function queueAttributes(queue: Queue): Record<string, string> {
  const { arn, visibilitySeconds, retentionSeconds, delaySeconds, waitSeconds, maxBytes, deadLetters } =
    queue.definition;
  const { visible, inFlight, delayed } = queue.counts();
  return {
    QueueArn: arn,
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesNotVisible: String(inFlight),
    ApproximateNumberOfMessagesDelayed: String(delayed),
    VisibilityTimeout: String(visibilitySeconds),
    MessageRetentionPeriod: String(retentionSeconds),
    DelaySeconds: String(delaySeconds),
    ReceiveMessageWaitTimeSeconds: String(waitSeconds),
    MaximumMessageSize: String(maxBytes),
    SqsManagedSseEnabled: "true",
    ...(deadLetters && {
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: deadLetters.arn, maxReceiveCount: deadLetters.after }),
    }),
  };
}
