import { describe, expect, test } from "@jest/globals";
import { readDefinition } from "../../../local/definition/definition";
import { type Attributes, stackWith } from "./stack-with-background";
import { resourceOf, type Stack } from "./synthesized";

const read = (stack: Stack) => readDefinition(JSON.stringify(stack), "cdk.tf.json");

describe("what runs in the background", () => {
  const { queues, eventSources, schedules } = read(stackWith());

  test("are queues with their dead letters", () => {
    expect(queues.find(({ name }) => name === "work")).toEqual({
      name: "work",
      arn: "arn:aws:sqs:ap-northeast-1:000000000000:work",
      url: "https://sqs.ap-northeast-1.amazonaws.com/000000000000/work",
      visibilitySeconds: 361,
      retentionSeconds: 345_600,
      delaySeconds: 0,
      waitSeconds: 0,
      maxBytes: 262_144,
      deadLetters: { arn: "arn:aws:sqs:ap-northeast-1:000000000000:work-dead", after: 5 },
    });
  });

  test("are what streams and queues call, with Lambda's defaults", () => {
    expect(eventSources.filter(({ address }) => /\.(queue|stream)$/.test(address))).toMatchObject([
      {
        kind: "queue",
        queue: { name: "work" },
        batchSize: 10,
        windowSeconds: 0,
        concurrency: 7,
        reportsFailures: false,
      },
      {
        kind: "stream",
        table: "blogapp-development-websocket-tickets",
        batchSize: 100,
        retries: undefined,
        maximumAgeSeconds: 3600,
        bisects: true,
        reportsFailures: true,
        patterns: [{ eventName: ["INSERT"] }],
        onFailure: "arn:aws:sqs:ap-northeast-1:000000000000:work-dead",
      },
    ]);
  });

  test("are what schedules call, and how often that is repeated", () => {
    expect(schedules.find(({ name }) => name === "hourly")).toMatchObject({
      expression: "rate(1 hour)",
      function: { bundle: "websocket-default" },
      input: "{}",
      failures: { retries: 1, maximumAgeSeconds: 21_600, onFailure: undefined },
    });
  });
});

describe("what AWS would refuse at apply, and what is not emulated, is refused by name:", () => {
  const change =
    (type: string, name: string, attributes: Attributes) => (resources: Record<string, Record<string, Attributes>>) => {
      resources[type] = { ...resources[type], [name]: { ...resources[type]?.[name], ...attributes } };
    };
  const mapping = "aws_lambda_event_source_mapping";
  const schedule = "aws_scheduler_schedule";
  test.each<[string, Attributes, string, string]>([
    [mapping, { tumbling_window_in_seconds: 5 }, "stream", "the attribute tumbling_window_in_seconds is not emulated."],
    [mapping, { parallelization_factor: 2 }, "stream", "a parallelization_factor above 1 is not emulated."],
    [mapping, { starting_position: "AT_TIMESTAMP" }, "stream", 'starting_position "AT_TIMESTAMP" is not emulated'],
    [mapping, { starting_position: null }, "stream", "starting_position must be a string"],
    [mapping, { scaling_config: {} }, "stream", "scaling_config is refused by AWS for a stream."],
    [mapping, { maximum_record_age_in_seconds: 30 }, "stream", "it takes 60 to 604800."],
    [
      mapping,
      { destination_config: { on_failure: { destination_arn: "arn:aws:sns:x" } } },
      "stream",
      "only queues are.",
    ],
    [mapping, { filter_criteria: { filter: [{ pattern: "{" }] } }, "stream", "is not a JSON object."],
    [
      mapping,
      { filter_criteria: { filter: [{ pattern: '{"a":1}' }] } },
      "stream",
      'neither a list of values nor an object at "a"',
    ],
    [mapping, { starting_position: "LATEST" }, "queue", "starting_position is refused by AWS for a queue."],
    [mapping, { batch_size: 11 }, "queue", "Maximum batch window in seconds must be greater than 0"],
    [mapping, { batch_size: 0 }, "queue", "it takes 1 to 10000."],
    [mapping, { scaling_config: { maximum_concurrency: 1 } }, "queue", "it takes 2 to 1000."],
    [
      mapping,
      { event_source_arn: "arn:aws:sqs:x:y:z" },
      "queue",
      "the source arn:aws:sqs:x:y:z is not in the definition.",
    ],
    [mapping, { function_response_types: ["Other"] }, "queue", 'function_response_types "Other" is not emulated.'],
    ["aws_sqs_queue", { fifo_queue: true }, "work", "the attribute fifo_queue is not emulated."],
    ["aws_sqs_queue", { redrive_policy: "{}" }, "work", "the attribute redrive_policy is not emulated."],
    ["aws_sqs_queue", { visibility_timeout_seconds: 5 }, "work", "is less than the function's timeout of"],
    ["aws_sqs_queue", { max_message_size: 1 }, "work", "it takes 1024 to 1048576."],
    ["aws_sqs_queue", { name: "work.fifo" }, "work", "only those of standard queues are"],
    [
      "aws_sqs_queue_redrive_policy",
      { redrive_policy: "{}" },
      "work",
      "needs deadLetterTargetArn and maxReceiveCount.",
    ],
    [
      "aws_sqs_queue_redrive_allow_policy",
      { redrive_allow_policy: '{"redrivePermission":"denyAll"}' },
      "work",
      "does not let aws_sqs_queue_redrive_policy.work move messages there.",
    ],
    [schedule, { schedule_expression: "at(2030-01-01T00:00:00)" }, "hourly", "only rate(…) and cron(…) are."],
    [
      schedule,
      { schedule_expression_timezone: "Asia/Tokyo" },
      "hourly",
      'schedule_expression_timezone "Asia/Tokyo" is not emulated',
    ],
    [schedule, { flexible_time_window: { mode: "FLEXIBLE" } }, "hourly", 'mode "FLEXIBLE" is not emulated'],
    [schedule, { start_date: "2030-01-01T00:00:00Z" }, "hourly", "the attribute start_date is not emulated."],
  ])("%s %j", (type, attributes, name, message) => {
    expect(() => read(stackWith(change(type, name, attributes)))).toThrow(message);
  });

  test("a second source of the same function", () => {
    expect(() =>
      read(
        stackWith((resources) => {
          const { queue } = resources[mapping] ?? {};
          resources[mapping] = { ...resources[mapping], second: { ...queue } };
        }),
      ),
    ).toThrow(`${mapping}.second has the function and the source of ${mapping}.queue: AWS refuses that.`);
  });

  test("a role that Scheduler may not take", () => {
    const stack = stackWith();
    Object.assign(resourceOf(stack, "aws_iam_role", '"hourly"'), { assume_role_policy: '{"Statement":[]}' });
    expect(() => read(stack)).toThrow("aws_iam_role.hourly does not let scheduler.amazonaws.com take it");
  });
});
