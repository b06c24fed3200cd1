import { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import { Construct } from "constructs";
import type { Alarms } from "../../environments/environment";

/**
 * The metrics that AWS publishes, with the dimensions it publishes them for. On any other name an alarm would be
 * accepted, never fire, and nothing would say so.
 *
 * https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
 * https://docs.aws.amazon.com/lambda/latest/dg/urls-monitoring.html
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-logging.html
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-metrics.html
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
 */
export type Metric =
  | {
      readonly namespace: "AWS/Lambda";
      readonly name: "Errors" | "Throttles" | "Url5xxCount";
      readonly dimensions: { readonly FunctionName: string };
    }
  | {
      readonly namespace: "AWS/ApiGateway";
      readonly name: WebSocketMetric | HttpMetric;
      readonly dimensions: { readonly ApiId: string; readonly Stage: string };
    }
  | {
      readonly namespace: "AWS/Lambda";
      /** The milliseconds that the last record of a batch was old, for functions that read streams. */
      readonly name: "IteratorAge";
      readonly dimensions: { readonly FunctionName: string };
    }
  | {
      readonly namespace: "AWS/SQS";
      readonly name: "ApproximateNumberOfMessagesVisible";
      readonly dimensions: { readonly QueueName: string };
    };
type WebSocketMetric = "ClientError" | "ExecutionError" | "IntegrationError";
type HttpMetric = "4xx" | "5xx";

/** The metrics that say how much there is, where all others count what happened. */
const GAUGES: readonly Metric["name"][] = ["IteratorAge", "ApproximateNumberOfMessagesVisible"];

export interface FailureAlarmProps {
  readonly alarms: Alarms;
  /** The physical name of the thing that fails. With the metric's name it makes the alarm's name. */
  readonly subject: string;
  readonly metric: Metric;
  /** The number of failures within five minutes, or the most of a metric that says how much, that is too many. */
  readonly threshold: number;
}

/** An alarm that goes off after two periods in a row with too many failures, or too much of what should not be. Where alarms are off there is none. */
export class FailureAlarm extends Construct {
  constructor(scope: Construct, id: string, { alarms, subject, metric, threshold }: FailureAlarmProps) {
    super(scope, id);
    if (alarms === "off") return;
    new CloudwatchMetricAlarm(this, "Default", {
      alarmName: `${subject} ${metric.name}`,
      namespace: metric.namespace,
      metricName: metric.name,
      dimensions: metric.dimensions,
      statistic: GAUGES.includes(metric.name) ? "Maximum" : "Sum",
      period: 300,
      evaluationPeriods: 2,
      threshold,
      comparisonOperator: "GreaterThanOrEqualToThreshold",
      // A period without data points is one in which nothing was called.
      treatMissingData: "notBreaching",
      alarmActions: [...alarms.notifyTopicArns],
    });
  }
}
