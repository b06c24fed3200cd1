import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { GetQueueAttributesCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { type LocalCloud, startLocalCloud } from "../../local/local-cloud";
import { stackWith } from "./definition/stack-with-background";

const DIST = path.resolve(__dirname, "../../dist");
const QUEUE = "https://sqs.ap-northeast-1.amazonaws.com/000000000000/work";
let folder: string;
let clouds: LocalCloud[];
let shown: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "terrace-background-"));
  clouds = [];
  shown = "";
});
afterEach(async () => {
  for (const cloud of clouds) await cloud.stop();
  fs.rmSync(folder, { recursive: true });
});

async function start(stack = stackWith()): Promise<LocalCloud> {
  const definition = path.join(folder, "cdk.tf.json");
  fs.writeFileSync(definition, JSON.stringify(stack));
  const cloud = await startLocalCloud({
    ...{ definition, dist: DIST, data: path.join(folder, "data") },
    ports: { api: 0, gateway: 0, dynamodb: 0 },
    output: { write: (text) => (shown += text) },
  });
  clouds.push(cloud);
  return cloud;
}

const settings = ({ dynamodbUrl: endpoint, credentials }: LocalCloud) => ({
  ...{ endpoint, credentials },
  region: "ap-northeast-1",
});
const send = (cloud: LocalCloud, MessageBody: string) =>
  new SQSClient(settings(cloud)).send(new SendMessageCommand({ QueueUrl: QUEUE, MessageBody }));
async function waiting(cloud: LocalCloud): Promise<number> {
  const AttributeNames = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"] as const;
  const command = new GetQueueAttributesCommand({ QueueUrl: QUEUE, AttributeNames: [...AttributeNames] });
  const { Attributes = {} } = await new SQSClient(settings(cloud)).send(command);
  return AttributeNames.reduce((sum, name) => sum + Number(Attributes[name]), 0);
}
const withoutSources = () =>
  stackWith((resources) => {
    resources.aws_lambda_event_source_mapping = {};
  });

test("messages of a queue reach their function and are deleted", async () => {
  const cloud = await start();
  await send(cloud, "hello");
  while ((await waiting(cloud)) > 0);
  expect(shown).not.toContain("failed");
});

test("messages outlive the local cloud", async () => {
  const first = await start(withoutSources());
  await send(first, "kept");
  await first.stop();
  clouds = [];
  expect(await waiting(await start(withoutSources()))).toBe(1);
});

test("a source whose function may not read it is refused at the start, as AWS refuses it", async () => {
  await expect(start(stackWith(undefined, ["sqs:SendMessage"]))).rejects.toThrow(
    /aws_lambda_event_source_mapping\.queue: AWS would refuse it, because .* does not allow sqs:ReceiveMessage, sqs:DeleteMessage, sqs:GetQueueAttributes on arn:aws:sqs:/,
  );
});
