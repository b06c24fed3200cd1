import { describe, expect, test } from "@jest/globals";
import type { Construct } from "constructs";
import { StreamSource, type StreamSourceProps } from "../../../../stacks/constructs/background/stream-source";
import { zip } from "../../../../stacks/constructs/code";
import { Lambda } from "../../../../stacks/constructs/lambda";
import { Table } from "../../../../stacks/constructs/table";
import { echoUses } from "../../../support/echo";
import { artifacts, entry, environment, synthesizeConstruct } from "../../../support/synth";

const posts = {
  environment,
  name: "posts",
  variable: "TABLE",
  hashKey: "id",
  holds: "what users wrote",
  stream: "NEW_AND_OLD_IMAGES",
} as const;

const reading = (props: Partial<StreamSourceProps> = {}, table: Partial<ConstructorParameters<typeof Table>[2]> = {}) =>
  synthesizeConstruct((scope: Construct) => {
    const target = new Lambda(scope, "work", {
      environment,
      entry: "websocket-default",
      size: { memoryMegabytes: 256, timeoutSeconds: 60 },
      code: zip(artifacts, "nodejs24.x"),
      uses: echoUses,
    });
    const tables = [new Table(scope, "posts", { ...posts, ...table })];
    new StreamSource(scope, "changes", { environment, name: "work", target, tables, ...props });
  });
const mappingOf = (resources: ReturnType<typeof reading>) =>
  entry(resources, "aws_lambda_event_source_mapping.changes_posts");

describe("a function that is called for the changes of a table", () => {
  const resources = reading();

  test("gets all of them from the oldest on, and one that it fails on holds up no other for long", () => {
    expect(mappingOf(resources)).toEqual({
      event_source_arn: `\${aws_dynamodb_table.posts.stream_arn}`,
      function_name: `\${aws_lambda_function.work.function_name}`,
      starting_position: "TRIM_HORIZON",
      batch_size: 100,
      maximum_batching_window_in_seconds: 0,
      parallelization_factor: 1,
      maximum_retry_attempts: 10,
      maximum_record_age_in_seconds: 21_600,
      bisect_batch_on_function_error: true,
      function_response_types: ["ReportBatchItemFailures"],
      destination_config: { on_failure: { destination_arn: `\${aws_sqs_queue.changes_dead-letters.arn}` } },
      depends_on: ["aws_iam_role_policy.changes_policy"],
    });
    expect(mappingOf(resources)).not.toHaveProperty("lifecycle");
  });

  test("may read the streams of its tables, whenever they were switched on, and send dead letters", () => {
    const { policy } = entry(resources, "aws_iam_role_policy.changes_policy");
    expect(JSON.parse(String(policy)).Statement).toEqual([
      {
        Effect: "Allow",
        Action: ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams"],
        Resource: [`\${aws_dynamodb_table.posts.arn}/stream/*`],
      },
      { Effect: "Allow", Action: ["sqs:SendMessage"], Resource: [`\${aws_sqs_queue.changes_dead-letters.arn}`] },
    ]);
  });

  test("has dead letters that no queue moves messages to", () => {
    const allow = entry(resources, "aws_sqs_queue_redrive_allow_policy.changes_dead-letters_allow");
    expect(JSON.parse(String(allow.redrive_allow_policy))).toEqual({ redrivePermission: "denyAll" });
  });

  test("keeps a number of zero", () => {
    expect(mappingOf(reading({ retries: 0 }))).toMatchObject({ maximum_retry_attempts: 0 });
  });

  test("may ask for some changes only", () => {
    expect(mappingOf(reading({ patterns: [{ eventName: ["INSERT"] }] })).filter_criteria).toEqual({
      filter: [{ pattern: '{"eventName":["INSERT"]}' }],
    });
  });

  test("tells when it lags by a minute, where alarms are wanted", () => {
    const alarmed = reading({ environment: { ...environment, alarms: { notifyTopicArns: [] } } });
    expect(entry(alarmed, "aws_cloudwatch_metric_alarm.changes_age")).toMatchObject({
      namespace: "AWS/Lambda",
      metric_name: "IteratorAge",
      dimensions: { FunctionName: `\${aws_lambda_function.work.function_name}` },
      statistic: "Maximum",
      threshold: 60_000,
    });
  });

  test("cannot be called for a table that has no stream", () => {
    const { stream: _, ...without } = posts;
    expect(() => synthesizeConstruct((scope) => new Table(scope, "posts", without).stream)).toThrow(
      'posts has no stream: give its definition one, such as "NEW_AND_OLD_IMAGES".',
    );
  });
});

test("a table's stream is as its definition says", () => {
  expect(entry(reading(), "aws_dynamodb_table.posts")).toMatchObject({
    stream_enabled: true,
    stream_view_type: "NEW_AND_OLD_IMAGES",
  });
});
