import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { environments } from "../../environments";
import { stackNames, stateBucket } from "../../environments/names";
import { validate } from "../../environments/validate";
import { environment as arbitrary } from "../environments/arbitrary-environment";
import { invariants } from "../support/invariants";
import { resources } from "../support/invariants/resources";
import { account, synthesizeEnvironment } from "../support/synth";

/**
 * The types of resources that bear a name, the path of the name, and the most characters and the alphabet that AWS takes.
 *
 * https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html
 * https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis.html
 * https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-stages.html
 * https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateAlias.html
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
 */
const named: readonly (readonly [type: string, path: string, longest: number, alphabet: RegExp])[] = [
  ["aws_lambda_function", "function_name", 64, /^[a-zA-Z0-9-_]+$/],
  ["aws_iam_role", "name", 64, /^[\w+=,.@-]+$/],
  ["aws_dynamodb_table", "name", 255, /^[a-zA-Z0-9_.-]{3,}$/],
  ["aws_apigatewayv2_api", "name", 128, /^.+$/],
  ["aws_apigatewayv2_stage", "name", 128, /^[a-zA-Z0-9_-]+$/],
  ["aws_ecr_repository", "name", 256, /^[a-z0-9]+([._-][a-z0-9]+)*$/],
  ["aws_kms_alias", "name", 256, /^alias\/(?!aws\/)[a-zA-Z0-9/_-]+$/],
  ["aws_cloudwatch_log_group", "name", 512, /^[.\-_/#A-Za-z0-9]+$/],
  ["aws_cloudwatch_metric_alarm", "alarm_name", 255, /^.+$/],
];

test("for any valid environment every name is one AWS takes, and every rule holds", () => {
  fc.assert(
    fc.property(arbitrary, (environment) => {
      fc.pre(validate([environment]).length === 0);
      const stacks = Object.values(synthesizeEnvironment(environment));
      const rules = Object.values(invariants);
      expect(rules.flatMap((rule) => stacks.flatMap((stack) => rule(stack, environment)))).toEqual([]);
      const refused = named.flatMap(([type, path, longest, alphabet]) =>
        stacks
          .flatMap((stack) => resources(stack, type))
          .map((one) => one.get(path))
          .filter((name) => typeof name !== "string" || name.length > longest || !alphabet.test(name))
          .map((name) => `${type} ${name}`),
      );
      expect(refused).toEqual([]);
      // https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
      expect(stateBucket(environment)).toMatch(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/);
    }),
    { numRuns: 8 }, // Each synthesizes two stacks.
  );
});

// A table `old-posts` of `staging` would have the name of a table `posts` of an environment `staging-old`.
test("no two environments have a stack or a physical name in common", () => {
  const owned = environments.flatMap((environment) => {
    const stacks = Object.values(synthesizeEnvironment({ ...environment, account }));
    const names = named.flatMap(([type, path]) =>
      stacks.flatMap((stack) => resources(stack, type).map((one) => `${type} ${one.get(path)}`)),
    );
    // The stages of the two gateways are called alike.
    return [...new Set([...Object.values(stackNames(environment)), ...names])];
  });
  expect(owned.filter((name, index) => owned.indexOf(name) !== index)).toEqual([]);
});
