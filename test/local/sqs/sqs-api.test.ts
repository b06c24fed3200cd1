import {
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
  TagQueueCommand,
} from "@aws-sdk/client-sqs";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { AccessKey } from "../../../local/iam/access-keys";
import { authenticateBySignature } from "../../../local/iam/authentication";
import { readPolicy } from "../../../local/iam/policy";
import { SignatureVerifier } from "../../../local/iam/signature";
import type { Port } from "../../../local/ports/port";
import { systemClock } from "../../../local/shared/clock";
import { SqsApi } from "../../../local/sqs/sqs-api";
import { FakeClock } from "../fake-clock";
import { ask, serving } from "../serving";
import { DEAD, JOBS, QueueFolder } from "./sqs";

const keyOf = (name: string, action?: string): AccessKey => ({
  accessKeyId: `AKIA${name.toUpperCase()}`,
  secretAccessKey: "secret",
  sessionToken: undefined,
  identity: {
    arn: `arn:aws:sts::123456789012:assumed-role/${name}/${name}`,
    userId: `AROA:${name}`,
    policy:
      action === undefined
        ? undefined
        : readPolicy(JSON.stringify({ Statement: [{ Effect: "Allow", Action: action, Resource: JOBS.arn }] }), "test"),
  },
});
const developer = keyOf("developer");
const sender = keyOf("sender", "sqs:SendMessage");

let clock: FakeClock;
let folder: QueueFolder;
let port: Port;
let hints: string[];
beforeEach(async () => {
  clock = new FakeClock();
  folder = new QueueFolder();
  hints = [];
  const hint = (text: string) => hints.push(text);
  const verifier = new SignatureVerifier([developer, sender], "eu-west-1", "sqs", systemClock);
  const queues = await folder.open(clock);
  const api = new SqsApi({ queues, clock, hint, authenticate: authenticateBySignature(verifier, hint) });
  port = await serving({ request: (request, response) => api.handle(request, response) });
});
afterEach(async () => {
  await port.stop();
  await folder.remove();
});

function clientOf(key: AccessKey = developer): SQSClient {
  const { accessKeyId, secretAccessKey } = key;
  const credentials = { accessKeyId, secretAccessKey };
  return new SQSClient({
    endpoint: `http://localhost:${port.number}`,
    region: "eu-west-1",
    credentials,
    maxAttempts: 1,
  });
}
const QueueUrl = JOBS.url;
const sqs = {
  send: (MessageBody: string) => clientOf().send(new SendMessageCommand({ QueueUrl, MessageBody })),
  receive: async (more: Partial<ConstructorParameters<typeof ReceiveMessageCommand>[0]> = {}) =>
    (await clientOf().send(new ReceiveMessageCommand({ QueueUrl, ...more }))).Messages,
};

describe("AWS's own client", () => {
  test("sends and receives messages whose MD5 it checks, with their attributes", async () => {
    const MessageAttributes = {
      kind: { DataType: "String", StringValue: "news" },
      count: { DataType: "Number", StringValue: "3" },
      bytes: { DataType: "Binary", BinaryValue: new Uint8Array([1, 2, 3]) },
    };
    const command = new SendMessageCommand({ QueueUrl, MessageBody: "こんにちは", MessageAttributes });
    const sent = await clientOf().send(command);
    const [message] =
      (await sqs.receive({
        MessageAttributeNames: ["All"],
        MessageSystemAttributeNames: ["All"],
      })) ?? [];
    expect(message).toMatchObject({
      MessageId: sent.MessageId,
      Body: "こんにちは",
      MD5OfMessageAttributes: sent.MD5OfMessageAttributes,
      MessageAttributes: { kind: { StringValue: "news" }, bytes: { BinaryValue: new Uint8Array([1, 2, 3]) } },
      Attributes: {
        ApproximateReceiveCount: "1",
        SenderId: "AROA:developer",
        SentTimestamp: String(clock.now()),
        ApproximateFirstReceiveTimestamp: String(clock.now()),
      },
    });
  });

  test("gets no member `Messages` if there are none, as from AWS", async () => {
    expect(await sqs.receive()).toBeUndefined();
  });

  test("deletes, and changes how long a message is hidden", async () => {
    await sqs.send("a");
    const [{ ReceiptHandle } = {}] = (await sqs.receive()) ?? [];
    await clientOf().send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }));
    const [again] = (await sqs.receive()) ?? [];
    await clientOf().send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: again?.ReceiptHandle }));
    clock.advance(60_000);
    expect(await sqs.receive()).toBeUndefined();
  });

  test("sends and deletes in batches, of which some entries may fail", async () => {
    const Entries = [
      { Id: "good", MessageBody: "a" },
      { Id: "late", MessageBody: "b", DelaySeconds: 1_000 },
    ];
    const sent = await clientOf().send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    expect(sent.Successful).toMatchObject([{ Id: "good" }]);
    expect(sent.Failed).toMatchObject([{ Id: "late", SenderFault: true, Code: "InvalidParameterValue" }]);
    const [{ ReceiptHandle } = {}] = (await sqs.receive()) ?? [];
    const handles = [
      { Id: "1", ReceiptHandle },
      { Id: "2", ReceiptHandle: "nonsense" },
    ];
    const deleted = await clientOf().send(new DeleteMessageBatchCommand({ QueueUrl, Entries: handles }));
    expect(deleted).toMatchObject({ Successful: [{ Id: "1" }], Failed: [{ Id: "2", Code: "ReceiptHandleIsInvalid" }] });
  });

  test("learns of queues, of what is in them, and where dead letters go", async () => {
    await sqs.send("a");
    const { QueueUrls } = await clientOf().send(new ListQueuesCommand({ QueueNamePrefix: "jobs" }));
    expect(QueueUrls).toEqual([JOBS.url, DEAD.url]);
    expect((await clientOf().send(new GetQueueUrlCommand({ QueueName: "jobs" }))).QueueUrl).toBe(QueueUrl);
    const AttributeNames = ["All" as const];
    const { Attributes } = await clientOf().send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames }));
    expect(Attributes).toMatchObject({
      QueueArn: JOBS.arn,
      ApproximateNumberOfMessages: "1",
      VisibilityTimeout: "30",
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: DEAD.arn, maxReceiveCount: 2 }),
    });
  });

  test("purges a queue, once a minute", async () => {
    await sqs.send("a");
    const purge = () => clientOf().send(new PurgeQueueCommand({ QueueUrl }));
    await purge();
    expect(await sqs.receive()).toBeUndefined();
    await expect(purge()).rejects.toMatchObject({ name: "PurgeQueueInProgress" });
    clock.advance(60_000);
    await purge();
  });
});

describe("a request is refused, with the error that AWS's client knows,", () => {
  const batch = (Entries: readonly { Id: string; MessageBody: string }[]) =>
    clientOf().send(new SendMessageBatchCommand({ QueueUrl, Entries: [...Entries] }));
  const entry = (Id: string, MessageBody = "x") => ({ Id, MessageBody });
  const eleven = Array.from({ length: 11 }, (_, index) => entry(String(index)));
  const large = Array.from({ length: 5 }, (_, index) => entry(String(index), "x".repeat(250_000)));

  test.each<[string, string, () => Promise<unknown>]>([
    [
      "that names no queue",
      "QueueDoesNotExist",
      () => clientOf().send(new SendMessageCommand({ QueueUrl: `${QueueUrl}-2`, MessageBody: "x" })),
    ],
    [
      "with a receipt that is none",
      "ReceiptHandleIsInvalid",
      () => clientOf().send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: "x" })),
    ],
    ["with an empty batch", "EmptyBatchRequest", () => batch([])],
    ["with a batch of eleven", "TooManyEntriesInBatchRequest", () => batch(eleven)],
    ["with two entries of one id", "BatchEntryIdsNotDistinct", () => batch([entry("a"), entry("a")])],
    ["with an id of other characters", "InvalidBatchEntryId", () => batch([entry("a b")])],
    ["with more than a megabyte", "BatchRequestTooLong", () => batch(large)],
    ["with characters that XML lacks", "InvalidMessageContents", () => sqs.send("\u0001")],
    [
      "for more messages than ten",
      "InvalidParameterValue",
      () => clientOf().send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 11 })),
    ],
    [
      "for an operation that is not emulated",
      "UnknownOperation",
      () => clientOf().send(new TagQueueCommand({ QueueUrl, Tags: { a: "b" } })),
    ],
  ])("%s: %s", async (_what, name, request) => {
    await expect(request()).rejects.toMatchObject({ name });
  });

  test("if the caller's policy does not allow it; a batch takes the permission of one", async () => {
    await clientOf(sender).send(new SendMessageBatchCommand({ QueueUrl, Entries: [entry("a")] }));
    await expect(clientOf(sender).send(new ReceiveMessageCommand({ QueueUrl }))).rejects.toMatchObject({
      name: "AccessDenied",
      message: expect.stringContaining(`is not authorized to perform: sqs:ReceiveMessage on resource: ${JOBS.arn}`),
    });
  });

  test("if nobody signed it, and the developer is told why", async () => {
    const { status, headers } = await ask(port, {
      method: "POST",
      headers: ["x-amz-target", "AmazonSQS.ListQueues"],
      body: "{}",
    });
    expect([status, headers["x-amzn-query-error"]]).toEqual([403, "MissingAuthenticationToken;Sender"]);
    expect(hints).toEqual([expect.stringContaining("AmazonSQS.ListQueues is refused")]);
  });
});
