import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { LONGEST } from "../../environments/names";
import { validate } from "../../environments/validate";
import { environment as arbitrary } from "../environments/arbitrary-environment";
import { invariants } from "../support/invariants";
import { resources } from "../support/resources";
import { synthesizeEnvironment } from "../support/synth";

/** What bears a name, where, and the most characters AWS takes; alarms: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html */
const named: readonly (readonly [type: string, path: string, longest: number])[] = [
  ["aws_lambda_function", "function_name", LONGEST["Lambda function"]],
  ["aws_iam_role", "name", LONGEST["IAM role"]],
  ["aws_dynamodb_table", "name", LONGEST["DynamoDB table"]],
  ["aws_apigatewayv2_api", "name", LONGEST["API Gateway API"]],
  ["aws_apigatewayv2_stage", "name", LONGEST["API Gateway stage"]],
  ["aws_ecr_repository", "name", LONGEST["ECR repository"]],
  ["aws_kms_alias", "name", LONGEST["KMS alias"]],
  ["aws_cloudwatch_log_group", "name", LONGEST["CloudWatch log group"]],
  ["aws_cloudwatch_metric_alarm", "alarm_name", 255],
];

test("for any valid environment every name is one AWS takes, and every rule holds", () => {
  const { "every function runs on arm64": _choice, ...rules } = invariants;
  fc.assert(
    fc.property(arbitrary, (environment) => {
      fc.pre(validate([environment]).length === 0);
      const stacks = Object.values(synthesizeEnvironment(environment));
      expect(Object.values(rules).flatMap((rule) => stacks.flatMap((stack) => rule(stack, environment)))).toEqual([]);
      for (const [type, path, longest] of named)
        for (const one of stacks.flatMap((stack) => resources(stack, type)))
          expect(String(one.get(path)).length).toBeLessThanOrEqual(longest);
    }),
    { numRuns: 25 }, // Each synthesizes two stacks.
  );
});
