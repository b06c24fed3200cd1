// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Terraform's expressions are written in that form.
import { resourceOf, type Stack, synthesized } from "./synthesized";

export type Attributes = Record<string, unknown>;

/** What the function of `$default` needs for its sources. */
const ACTIONS = [
  ...["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:SendMessage"],
  ...["DescribeStream", "GetRecords", "GetShardIterator", "ListStreams"].map((name) => `dynamodb:${name}`),
];

/** The synthesized stack with a queue, a stream and a schedule that call the function of `$default`. */
export function stackWith(
  change: (resources: Record<string, Record<string, Attributes>>) => void = () => undefined,
  actions: readonly string[] = ACTIONS,
): Stack {
  const stack = synthesized();
  const { resource } = stack;
  const name = Object.entries(resource.aws_lambda_function ?? {}).find(([, values]) =>
    String(values.function_name).endsWith("websocket-default"),
  )?.[0];
  const function_name = `\${aws_lambda_function.${name}.function_name}`;
  Object.assign(resourceOf(stack, "aws_dynamodb_table", "websocket-tickets"), {
    stream_enabled: true,
    stream_view_type: "NEW_AND_OLD_IMAGES",
  });
  const table = Object.entries(resource.aws_dynamodb_table ?? {}).find(([, values]) =>
    String(values.name).endsWith("websocket-tickets"),
  )?.[0];
  const added: Record<string, Record<string, Attributes>> = {
    aws_sqs_queue: {
      work: { name: "work", visibility_timeout_seconds: 361, sqs_managed_sse_enabled: true },
      work_dead: { name: "work-dead" },
    },
    aws_sqs_queue_redrive_policy: {
      work: {
        queue_url: "${aws_sqs_queue.work.url}",
        redrive_policy: JSON.stringify({
          deadLetterTargetArn: "${aws_sqs_queue.work_dead.arn}",
          maxReceiveCount: 5,
        }),
      },
    },
    aws_sqs_queue_redrive_allow_policy: {
      work: {
        queue_url: "${aws_sqs_queue.work_dead.url}",
        redrive_allow_policy: JSON.stringify({
          redrivePermission: "byQueue",
          sourceQueueArns: ["${aws_sqs_queue.work.arn}"],
        }),
      },
    },
    aws_lambda_event_source_mapping: {
      queue: {
        event_source_arn: "${aws_sqs_queue.work.arn}",
        function_name,
        scaling_config: { maximum_concurrency: 7 },
      },
      stream: {
        event_source_arn: `\${aws_dynamodb_table.${table}.stream_arn}`,
        function_name,
        starting_position: "TRIM_HORIZON",
        maximum_retry_attempts: -1,
        maximum_record_age_in_seconds: 3600,
        bisect_batch_on_function_error: true,
        function_response_types: ["ReportBatchItemFailures"],
        filter_criteria: { filter: [{ pattern: '{"eventName":["INSERT"]}' }] },
        destination_config: { on_failure: { destination_arn: "${aws_sqs_queue.work_dead.arn}" } },
      },
    },
    aws_scheduler_schedule_group: { hourly: { name: "hourly" } },
    aws_scheduler_schedule: {
      hourly: {
        name: "hourly",
        group_name: "${aws_scheduler_schedule_group.hourly.name}",
        schedule_expression: "rate(1 hour)",
        flexible_time_window: { mode: "OFF" },
        target: {
          arn: `\${aws_lambda_function.${name}.arn}`,
          role_arn: "${aws_iam_role.hourly.arn}",
          input: "{}",
          retry_policy: { maximum_retry_attempts: 2 },
        },
      },
    },
    aws_lambda_function_event_invoke_config: { hourly: { function_name, maximum_retry_attempts: 1 } },
  };
  change(added);
  for (const [type, named] of Object.entries(added)) resource[type] = { ...resource[type], ...named };
  const role = String(resource.aws_lambda_function?.[name ?? ""]?.role).replace(".arn}", ".name}");
  resource.aws_iam_role_policy = {
    ...resource.aws_iam_role_policy,
    work: {
      name: "work",
      role,
      policy: JSON.stringify({ Statement: [{ Effect: "Allow", Action: actions, Resource: "*" }] }),
    },
  };
  const trust = {
    Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "scheduler.amazonaws.com" } }],
  };
  resource.aws_iam_role = {
    ...resource.aws_iam_role,
    hourly: { name: "hourly", assume_role_policy: JSON.stringify(trust) },
  };
  return stack;
}
