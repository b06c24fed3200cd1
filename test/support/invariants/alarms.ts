import { resources } from "../resources";
import type { Invariants } from "./invariant";

/**
 * Metrics that AWS publishes. An alarm on another one is accepted and never fires, which nobody notices.
 *
 * https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-logging.html
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-metrics.html
 */
const PUBLISHED: readonly string[] = [
  "AWS/Lambda Errors of FunctionName",
  "AWS/Lambda Throttles of FunctionName",
  "AWS/ApiGateway IntegrationError of ApiId, Stage",
  "AWS/ApiGateway ExecutionError of ApiId, Stage",
  "AWS/ApiGateway ClientError of ApiId, Stage",
  "AWS/ApiGateway 4xx of ApiId, Stage",
  "AWS/ApiGateway 5xx of ApiId, Stage",
];

export const alarms: Invariants = {
  "every alarm watches a metric that exists": (stack) =>
    resources(stack, "aws_cloudwatch_metric_alarm")
      .map((alarm) => {
        const dimensions = alarm.paths(/^dimensions\./).map((path) => path.replace("dimensions.", ""));
        return { alarm, metric: `${alarm.get("namespace")} ${alarm.get("metric_name")} of ${dimensions.join(", ")}` };
      })
      .filter(({ metric }) => !PUBLISHED.includes(metric))
      .map(({ alarm, metric }) => `${alarm.address} watches ${metric}`),

  "every function and gateway has an alarm, and tells the environment's topics": (stack, { alarms }) => {
    const all = resources(stack, "aws_cloudwatch_metric_alarm");
    if (alarms === "off") return all.map(({ address }) => `${address} is not wanted`);
    const watched = all.flatMap((alarm) => alarm.paths(/^dimensions\./).map((path) => String(alarm.get(path))));
    const subjects = ["aws_lambda_function", "aws_apigatewayv2_api"].flatMap((type) => resources(stack, type));
    return [
      ...subjects
        .filter(({ address }) => !watched.some((value) => value.startsWith(`\${${address}.`)))
        .map(({ address }) => `${address} has no alarm`),
      ...all
        .filter((alarm) => alarm.list("alarm_actions").join() !== alarms.notifyTopicArns.join())
        .map(({ address }) => `${address} tells others`),
    ];
  },
};
