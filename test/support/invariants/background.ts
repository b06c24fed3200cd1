import type { StackJson } from "../synth";
import type { Invariants } from "./invariant";
import { type Resource, resources } from "./resources";

const queues = (stack: StackJson) => resources(stack, "aws_sqs_queue");
const mappings = (stack: StackJson) => resources(stack, "aws_lambda_event_source_mapping");
const isOfQueue = (mapping: Resource) => String(mapping.get("event_source_arn")).startsWith(`\${aws_sqs_queue.`);

/** Queues whose messages come back soon, and why. */
const SOON: Readonly<Record<string, string>> = {
  "aws_sqs_queue.deliveries": "clients wait for what a worker has left, and workers that meet over it do it once",
};

/** Rules about what runs without anybody waiting for it: nothing is lost without a trace, and nothing holds up the rest. */
export const background: Invariants = {
  // A message that cannot be handled would be tried until it expires, and then be gone.
  "every queue that feeds a function has dead letters, which are kept the longest and take from no other queue": (
    stack,
  ) => {
    const redrives = resources(stack, "aws_sqs_queue_redrive_policy");
    const allows = resources(stack, "aws_sqs_queue_redrive_allow_policy");
    return mappings(stack)
      .filter(isOfQueue)
      .flatMap((mapping) => {
        const arn = String(mapping.get("event_source_arn"));
        const redrive = redrives.find((policy) => policy.get("queue_url") === arn.replace(".arn}", ".url}"));
        const target = String(redrive?.get("redrive_policy.deadLetterTargetArn"));
        const dead = queues(stack).find(({ address }) => target === `\${${address}.arn}`);
        const allow = allows.find((policy) => policy.get("queue_url") === target.replace(".arn}", ".url}"));
        return [
          ...(dead?.get("message_retention_seconds") === 1_209_600 ? [] : [`${arn} has no dead letters that last`]),
          ...(Number(redrive?.get("redrive_policy.maxReceiveCount")) >= 5 ? [] : [`${arn} gives up too soon`]),
          ...(allow?.list("redrive_allow_policy.sourceQueueArns").join() === arn
            ? []
            : [`${target} is open to others`]),
        ];
      });
  },

  // https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
  "a message is hidden for six times as long as its function may take, or for a written reason at least as long": (
    stack,
  ) =>
    mappings(stack)
      .filter(isOfQueue)
      .filter((mapping) => {
        const of = (type: string, reference: unknown) =>
          resources(stack, type).find(({ address }) => String(reference).startsWith(`\${${address}.`));
        const queue = of("aws_sqs_queue", mapping.get("event_source_arn"));
        const target = of("aws_lambda_function", mapping.get("function_name"));
        const times = queue && queue.address in SOON ? 1 : 6;
        return !(Number(queue?.get("visibility_timeout_seconds")) >= times * Number(target?.get("timeout")));
      })
      .map(({ address }) => `${address} hands messages out again too soon`),

  "every queue is encrypted, and takes what every release of the provider lets it take": (stack) =>
    queues(stack)
      .filter((queue) => queue.get("sqs_managed_sse_enabled") !== true || queue.get("max_message_size") !== 262_144)
      .map(({ address }) => `${address} leaves that to the provider`),

  // Redrive policies within both queues would refer to each other, and beside these they would fight with them.
  "no queue has its redrive policy within itself": (stack) =>
    queues(stack)
      .filter((queue) => queue.paths(/^redrive_/).length > 0)
      .map(({ address }) => `${address} has a redrive policy of its own`),

  // Without these one bad record holds up its shard for a day. A number that is left out keeps its old value.
  "a record that fails holds up no other, and is told of when it is given up": (stack) =>
    mappings(stack)
      .filter((mapping) => !isOfQueue(mapping))
      .filter(
        (mapping) =>
          mapping.get("starting_position") !== "TRIM_HORIZON" ||
          mapping.get("bisect_batch_on_function_error") !== true ||
          !(Number(mapping.get("maximum_retry_attempts")) >= 0) ||
          !(Number(mapping.get("maximum_record_age_in_seconds")) >= 60) ||
          !(Number(mapping.get("parallelization_factor")) >= 1) ||
          !/^\$\{aws_sqs_queue\.[\w-]+\.arn\}$/.test(
            String(mapping.get("destination_config.on_failure.destination_arn")),
          ),
      )
      .map(({ address }) => `${address} blocks or loses`),

  "every batch may fail in part, and its mapping waits for the permission to read": (stack) =>
    mappings(stack)
      .filter(
        (mapping) =>
          mapping.list("function_response_types").join() !== "ReportBatchItemFailures" ||
          !mapping.list("depends_on").some((address) => address.startsWith("aws_iam_role_policy.")),
      )
      .map(({ address }) => `${address} fails as a whole, or at its creation`),

  "every schedule calls at its time in UTC, with an event of ours, and keeps what does not arrive": (stack) =>
    resources(stack, "aws_scheduler_schedule")
      .filter(
        (schedule) =>
          schedule.get("flexible_time_window.mode") !== "OFF" ||
          schedule.get("schedule_expression_timezone") !== "UTC" ||
          schedule.paths(/^target\.input\./).length === 0 ||
          schedule.get("target.dead_letter_config.arn") === undefined,
      )
      .map(({ address }) => `${address} leaves that to AWS`),

  "every function that a schedule calls keeps what it failed on": (stack) => {
    const kept = resources(stack, "aws_lambda_function_event_invoke_config")
      .filter((config) => config.get("destination_config.on_failure.destination") !== undefined)
      .map((config) => String(config.get("function_name")).replace(".function_name}", ".arn}"));
    return resources(stack, "aws_scheduler_schedule")
      .filter((schedule) => !kept.includes(String(schedule.get("target.arn"))))
      .map(({ address }) => `${address} calls a function whose failures are lost`);
  },
};
