import type { StackJson } from "../synth";
import type { Invariants } from "./invariant";
import { resources } from "./resources";

/**
 * Metrics that AWS publishes. An alarm on another one is accepted and never fires, which nobody notices.
 *
 * https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
 * https://docs.aws.amazon.com/lambda/latest/dg/urls-monitoring.html
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-logging.html
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-metrics.html
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
 */
const PUBLISHED: readonly string[] = [
  "AWS/Lambda Errors of FunctionName",
  "AWS/Lambda Throttles of FunctionName",
  "AWS/Lambda IteratorAge of FunctionName",
  "AWS/SQS ApproximateNumberOfMessagesVisible of QueueName",
  "AWS/Lambda Url5xxCount of FunctionName",
  "AWS/ApiGateway IntegrationError of ApiId, Stage",
  "AWS/ApiGateway ExecutionError of ApiId, Stage",
  "AWS/ApiGateway ClientError of ApiId, Stage",
  "AWS/ApiGateway 4xx of ApiId, Stage",
  "AWS/ApiGateway 5xx of ApiId, Stage",
];

/** Metrics of how much there is. */
const GAUGES = ["IteratorAge", "ApproximateNumberOfMessagesVisible"];

export const alarms: Invariants = {
  "every alarm watches a metric that exists": (stack) =>
    resources(stack, "aws_cloudwatch_metric_alarm")
      .map((alarm) => {
        const dimensions = alarm.paths(/^dimensions\./).map((path) => path.replace("dimensions.", ""));
        return { alarm, metric: `${alarm.get("namespace")} ${alarm.get("metric_name")} of ${dimensions.join(", ")}` };
      })
      .filter(({ metric }) => !PUBLISHED.includes(metric))
      .map(({ alarm, metric }) => `${alarm.address} watches ${metric}`),

  "every function, Function URL, gateway, stream and dead letter has its alarms, and they tell the environment's topics":
    (stack, { alarms }) => {
      const all = resources(stack, "aws_cloudwatch_metric_alarm");
      if (alarms === "off") return all.map(({ address }) => `${address} is not wanted`);
      const watches = (subject: unknown, metric: string) =>
        all.some(
          (alarm) =>
            alarm.get("metric_name") === metric &&
            // A sum of how much there was at each moment says nothing.
            alarm.get("statistic") === (GAUGES.includes(metric) ? "Maximum" : "Sum") &&
            alarm.paths(/^dimensions\./).some((path) => alarm.get(path) === subject),
        );
      return [
        ...watched(stack)
          .filter(({ subject, metric }) => !watches(subject, metric))
          .map(({ subject, metric }) => `${subject} has no alarm for ${metric}`),
        ...all
          .filter((alarm) => alarm.list("alarm_actions").join() !== alarms.notifyTopicArns.join())
          .map(({ address }) => `${address} tells others`),
      ];
    },
};

/** The metrics that there has to be an alarm for, with the value of the dimension that names what they are about. */
function watched(stack: StackJson): readonly { readonly subject: unknown; readonly metric: string }[] {
  const of = (type: string) => resources(stack, type);
  const each = (subject: unknown, ...metrics: readonly string[]) => metrics.map((metric) => ({ subject, metric }));
  return [
    ...of("aws_lambda_function").flatMap(({ address }) => each(`\${${address}.function_name}`, "Errors", "Throttles")),
    ...of("aws_lambda_event_source_mapping")
      .filter((mapping) => mapping.get("starting_position") !== undefined)
      .flatMap((mapping) => each(mapping.get("function_name"), "IteratorAge")),
    ...of("aws_sqs_queue")
      .filter((queue) => String(queue.get("name")).endsWith("-dead-letters"))
      .flatMap(({ address }) => each(`\${${address}.name}`, "ApproximateNumberOfMessagesVisible")),
    // What the function answers itself, such as 503, is none of its `Errors`.
    ...of("aws_lambda_function_url").flatMap((url) => each(url.get("function_name"), "Url5xxCount")),
    ...of("aws_apigatewayv2_api").flatMap((api) =>
      api.get("protocol_type") === "HTTP"
        ? each(`\${${api.address}.id}`, "5xx")
        : each(`\${${api.address}.id}`, "IntegrationError", "ExecutionError"),
    ),
  ];
}
