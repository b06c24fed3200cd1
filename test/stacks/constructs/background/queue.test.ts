import { describe, expect, test } from "@jest/globals";
import type { Construct } from "constructs";
import { type Feeding, Queue } from "../../../../stacks/constructs/background/queue";
import { zip } from "../../../../stacks/constructs/code";
import { Lambda } from "../../../../stacks/constructs/lambda";
import { echoUses } from "../../../support/echo";
import { artifacts, entry, environment, synthesizeConstruct, synthesizeValue } from "../../../support/synth";

const size = { memoryMegabytes: 256, timeoutSeconds: 60 };
const worker = (scope: Construct, timeoutSeconds = size.timeoutSeconds) =>
  new Lambda(scope, "work", {
    environment,
    entry: "websocket-default",
    size: { ...size, timeoutSeconds },
    code: zip(artifacts, "nodejs24.x"),
    uses: echoUses,
  });
const queueIn = (scope: Construct, of: ConstructorParameters<typeof Queue>[2]["environment"] = environment) =>
  new Queue(scope, "jobs", { environment: of, name: "jobs", worker: size });
const fed = (feeding: Feeding, timeoutSeconds?: number) =>
  synthesizeConstruct((scope) => queueIn(scope).feeds(worker(scope, timeoutSeconds), feeding));
const json = (value: unknown) => JSON.parse(String(value));

describe("a queue", () => {
  const resources = fed({ maximumConcurrency: 10 });

  test("hides a message for six times as long as its worker may take, and says all that AWS would choose", () => {
    expect(entry(resources, "aws_sqs_queue.jobs")).toEqual({
      name: "blogapp-staging-jobs",
      visibility_timeout_seconds: 361,
      message_retention_seconds: 345_600,
      max_message_size: 262_144,
      sqs_managed_sse_enabled: true,
    });
  });

  test("hides a message only as long as its worker may take, where it is to come back soon", () => {
    const soon = synthesizeConstruct(
      (scope) => new Queue(scope, "jobs", { environment, name: "jobs", worker: size, redelivery: "soon" }),
    );
    expect(entry(soon, "aws_sqs_queue.jobs").visibility_timeout_seconds).toBe(61);
  });

  test("moves what failed five times to dead letters, which are kept for longer and take from no other queue", () => {
    expect(entry(resources, "aws_sqs_queue.jobs_dead-letters")).toMatchObject({
      name: "blogapp-staging-jobs-dead-letters",
      message_retention_seconds: 1_209_600,
      sqs_managed_sse_enabled: true,
    });
    const redrive = entry(resources, "aws_sqs_queue_redrive_policy.jobs_redrive");
    expect(redrive.queue_url).toBe(`\${aws_sqs_queue.jobs.url}`);
    expect(json(redrive.redrive_policy)).toEqual({
      deadLetterTargetArn: `\${aws_sqs_queue.jobs_dead-letters.arn}`,
      maxReceiveCount: 5,
    });
    const allow = entry(resources, "aws_sqs_queue_redrive_allow_policy.jobs_dead-letters_allow");
    expect(json(allow.redrive_allow_policy)).toEqual({
      redrivePermission: "byQueue",
      sourceQueueArns: [`\${aws_sqs_queue.jobs.arn}`],
    });
  });

  test("feeds its worker in batches of which single messages may fail, once the worker may read it", () => {
    expect(entry(resources, "aws_lambda_event_source_mapping.jobs_source")).toEqual({
      event_source_arn: `\${aws_sqs_queue.jobs.arn}`,
      function_name: `\${aws_lambda_function.work.function_name}`,
      batch_size: 10,
      maximum_batching_window_in_seconds: 0,
      function_response_types: ["ReportBatchItemFailures"],
      scaling_config: { maximum_concurrency: 10 },
      depends_on: ["aws_iam_role_policy.jobs_source_policy"],
    });
    const policy = entry(resources, "aws_iam_role_policy.jobs_source_policy");
    expect(policy).toMatchObject({
      name: `\${aws_sqs_queue.jobs.name}-source`,
      role: `\${aws_iam_role.work_role.name}`,
    });
    expect(json(policy.policy).Statement).toEqual([
      {
        Effect: "Allow",
        Action: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
        Resource: [`\${aws_sqs_queue.jobs.arn}`],
      },
    ]);
  });

  test("collects batches of more than ten for a second, without which AWS refuses them", () => {
    const mapping = entry(fed({ maximumConcurrency: 2, batchSize: 11 }), "aws_lambda_event_source_mapping.jobs_source");
    expect(mapping).toMatchObject({ batch_size: 11, maximum_batching_window_in_seconds: 1 });
  });

  test.each<[string, () => unknown]>([
    ["cannot have 1 workers at once: write 2 to 1000", () => fed({ maximumConcurrency: 1 })],
    ["cannot have 1001 workers at once", () => fed({ maximumConcurrency: 1001 })],
    ["cannot have batches of 0: write 1 to 10000", () => fed({ maximumConcurrency: 2, batchSize: 0 })],
    ["which may take 61 seconds, is at work on it: give both the same size", () => fed({ maximumConcurrency: 2 }, 61)],
  ])("refuses what AWS would refuse at apply: %s", (message, define) => {
    expect(define).toThrow(message);
  });

  test("tells of the first dead letter, where alarms are wanted", () => {
    const alarmed = synthesizeConstruct((scope) => {
      queueIn(scope, { ...environment, alarms: { notifyTopicArns: [] } });
    });
    expect(entry(alarmed, "aws_cloudwatch_metric_alarm.jobs_dead-letters_depth")).toMatchObject({
      namespace: "AWS/SQS",
      metric_name: "ApproximateNumberOfMessagesVisible",
      dimensions: { QueueName: `\${aws_sqs_queue.jobs_dead-letters.name}` },
      statistic: "Maximum",
      threshold: 1,
    });
    expect(Object.keys(resources).filter((address) => address.startsWith("aws_cloudwatch_metric"))).toEqual([]);
  });
});

test("a function that sends to a queue finds it by its variable and may do nothing else with it", () => {
  expect(synthesizeValue((scope) => queueIn(scope).send("JOBS_QUEUE_URL"))).toEqual({
    variables: { JOBS_QUEUE_URL: `\${aws_sqs_queue.jobs.url}` },
    statements: [{ actions: ["sqs:SendMessage"], resources: [`\${aws_sqs_queue.jobs.arn}`] }],
  });
});
