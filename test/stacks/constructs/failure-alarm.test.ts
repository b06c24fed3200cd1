import { expect, test } from "@jest/globals";
import type { Alarms } from "../../../environments/environment";
import { FailureAlarm, type Metric } from "../../../stacks/constructs/failure-alarm";
import { synthesizeConstruct } from "../../support/synth";

const topic = "arn:aws:sns:ap-northeast-1:123456789012:on-call";
const metric: Metric = { namespace: "AWS/Lambda", name: "Errors", dimensions: { FunctionName: "blogapp-staging-api" } };

const alarm = (alarms: Alarms) =>
  synthesizeConstruct((scope) => {
    new FailureAlarm(scope, "errors", { alarms, subject: "blogapp-staging-api", metric, threshold: 1 });
  });

test("an alarm goes off after two periods with failures, and tells the topics", () => {
  expect(alarm({ notifyTopicArns: [topic] })).toEqual({
    "aws_cloudwatch_metric_alarm.errors": {
      alarm_name: "blogapp-staging-api Errors",
      namespace: "AWS/Lambda",
      metric_name: "Errors",
      dimensions: { FunctionName: "blogapp-staging-api" },
      statistic: "Sum",
      period: 300,
      evaluation_periods: 2,
      threshold: 1,
      comparison_operator: "GreaterThanOrEqualToThreshold",
      treat_missing_data: "notBreaching",
      alarm_actions: [topic],
    },
  });
});

test("there is no alarm where alarms are off", () => {
  expect(alarm("off")).toEqual({});
});

test("a metric that AWS does not publish does not compile", () => {
  const dimensions = { ApiId: "api", Stage: "staging" };
  // @ts-expect-error There is no such metric: AWS counts new connections, not open ones.
  const connections: Metric = { namespace: "AWS/ApiGateway", name: "ConnectionCount", dimensions };
  // @ts-expect-error There is no such namespace.
  const versionTwo: Metric = { namespace: "AWS/ApiGatewayV2", name: "5xx", dimensions };
  // @ts-expect-error Lambda publishes its metrics by function.
  const byApi: Metric = { namespace: "AWS/Lambda", name: "Errors", dimensions };
  expect([connections, versionTwo, byApi]).toHaveLength(3);
});
