import { lambdaLogGroup } from "../../environments/names";
import { apiGatewayRights, logDelivery } from "./api-gateway-rights";
import { eventSourceMapping, passRole, role, rolePolicy } from "./identity-rights";
import { arn, namesOf, type Place, tagged } from "./place";
import type { Rights } from "./rights";

/**
 * The rights that each type of resource of the stacks takes, for exactly the names of an environment wherever AWS lets
 * a policy name resources. A test compares the keys with the synthesized stacks.
 *
 * The calls are those that hashicorp/aws makes; which resources and conditions an action knows is in
 * https://docs.aws.amazon.com/service-authorization/latest/reference/
 */
export const RESOURCE_RIGHTS: Readonly<Record<string, (place: Place) => readonly Rights[]>> = {
  aws_apigatewayv2_api: apiGatewayRights,
  aws_apigatewayv2_deployment: apiGatewayRights,
  aws_apigatewayv2_integration: apiGatewayRights,
  aws_apigatewayv2_route: apiGatewayRights,
  aws_apigatewayv2_route_response: apiGatewayRights,
  aws_apigatewayv2_stage: (place) => [...apiGatewayRights(place), ...logDelivery(place)],
  aws_cloudwatch_log_group: (place) => {
    const groups = [lambdaLogGroup(namesOf(place)), `/aws/apigateway/${namesOf(place)}`];
    return [
      // It lists, so that it has no resource.
      { on: [arn(place, "logs", "log-group:*")], read: ["logs:DescribeLogGroups"] },
      {
        on: groups.flatMap((name) => [
          arn(place, "logs", `log-group:${name}`),
          arn(place, "logs", `log-group:${name}:*`),
        ]),
        read: ["logs:ListTagsForResource"],
        write: [
          "logs:CreateLogGroup",
          "logs:DeleteLogGroup",
          "logs:PutRetentionPolicy",
          "logs:TagResource",
          "logs:UntagResource",
        ],
      },
    ];
  },
  aws_cloudwatch_metric_alarm: (place) => [
    {
      on: [arn(place, "cloudwatch", `alarm:${namesOf(place)}`)],
      read: ["cloudwatch:DescribeAlarms", "cloudwatch:ListTagsForResource"],
      write: [
        "cloudwatch:DeleteAlarms",
        "cloudwatch:PutMetricAlarm",
        "cloudwatch:TagResource",
        "cloudwatch:UntagResource",
      ],
    },
  ],
  aws_dynamodb_table: (place) => [
    {
      on: [arn(place, "dynamodb", `table/${namesOf(place)}`)],
      read: [
        "dynamodb:DescribeContinuousBackups",
        "dynamodb:DescribeTable",
        "dynamodb:DescribeTimeToLive",
        "dynamodb:ListTagsOfResource",
      ],
      // Tables that hold what users wrote have a deletion protection of their own; the others are replaced at times.
      write: [
        "dynamodb:CreateTable",
        "dynamodb:DeleteTable",
        "dynamodb:TagResource",
        "dynamodb:UntagResource",
        "dynamodb:UpdateContinuousBackups",
        "dynamodb:UpdateTable",
        "dynamodb:UpdateTimeToLive",
      ],
    },
  ],
  aws_ecr_lifecycle_policy: (place) =>
    repository(place, ["ecr:GetLifecyclePolicy"], ["ecr:DeleteLifecyclePolicy", "ecr:PutLifecyclePolicy"]),
  aws_ecr_repository: (place) => [
    { on: ["*"], read: ["ecr:GetAuthorizationToken"] },
    ...repository(
      place,
      // A plan asks the registry for images, as a push does.
      ["ecr:BatchGetImage", "ecr:DescribeImages", "ecr:DescribeRepositories", "ecr:ListTagsForResource"],
      [
        "ecr:BatchCheckLayerAvailability",
        "ecr:CompleteLayerUpload",
        "ecr:CreateRepository",
        "ecr:GetDownloadUrlForLayer",
        "ecr:InitiateLayerUpload",
        "ecr:PutImage",
        "ecr:PutImageScanningConfiguration",
        "ecr:PutImageTagMutability",
        "ecr:TagResource",
        "ecr:UntagResource",
        "ecr:UploadLayerPart",
      ],
      ["ecr:BatchDeleteImage", "ecr:DeleteRepository", "ecr:ListImages"],
    ),
  ],
  aws_ecr_repository_policy: (place) =>
    repository(place, ["ecr:GetRepositoryPolicy"], ["ecr:DeleteRepositoryPolicy", "ecr:SetRepositoryPolicy"]),
  aws_iam_role: role,
  aws_iam_role_policy: rolePolicy,
  aws_kms_alias: (place) => [
    { on: ["*"], read: ["kms:ListAliases"] },
    // An alias takes the right on both, and the key's tags decide about rights only minutes after they were set.
    {
      on: [arn(place, "kms", `alias/${namesOf(place)}`), arn(place, "kms", "key/*")],
      write: ["kms:CreateAlias", "kms:DeleteAlias", "kms:UpdateAlias"],
    },
  ],
  aws_kms_key: (place) => [
    // What a killed deployment left is looked for among all.
    { on: ["*"], read: ["kms:ListKeys"] },
    { on: ["*"], write: ["kms:CreateKey"], condition: tagged(place, "aws:RequestTag") },
    // The read after the creation comes before the tags decide about rights.
    {
      on: [arn(place, "kms", "key/*")],
      read: ["kms:DescribeKey", "kms:GetKeyPolicy", "kms:GetKeyRotationStatus", "kms:ListResourceTags"],
      // Tags of the request, when the key is made.
      write: ["kms:TagResource"],
    },
    {
      on: [arn(place, "kms", "key/*")],
      write: ["kms:PutKeyPolicy", "kms:UntagResource", "kms:UpdateKeyDescription"],
      remove: ["kms:ScheduleKeyDeletion"],
      condition: tagged(place, "aws:ResourceTag"),
    },
  ],
  aws_lambda_event_source_mapping: eventSourceMapping,
  aws_lambda_function: (place) => [
    ...lambda(
      place,
      [
        "lambda:GetFunction",
        "lambda:GetFunctionCodeSigningConfig",
        "lambda:GetFunctionConfiguration",
        "lambda:ListTags",
        "lambda:ListVersionsByFunction",
      ],
      [
        "lambda:CreateFunction",
        "lambda:DeleteFunction",
        "lambda:DeleteFunctionConcurrency",
        "lambda:PutFunctionConcurrency",
        "lambda:TagResource",
        "lambda:UntagResource",
        "lambda:UpdateFunctionCode",
        "lambda:UpdateFunctionConfiguration",
      ],
    ),
    passRole(place, "lambda.amazonaws.com"),
  ],
  aws_lambda_function_event_invoke_config: (place) =>
    lambda(
      place,
      ["lambda:GetFunctionEventInvokeConfig"],
      [
        "lambda:DeleteFunctionEventInvokeConfig",
        "lambda:PutFunctionEventInvokeConfig",
        "lambda:UpdateFunctionEventInvokeConfig",
      ],
    ),
  aws_lambda_function_url: (place) =>
    lambda(
      place,
      ["lambda:GetFunctionUrlConfig"],
      // The provider adds the statement by which everybody may call the function through its URL.
      ["lambda:AddPermission", "lambda:CreateFunctionUrlConfig", "lambda:UpdateFunctionUrlConfig"],
      ["lambda:DeleteFunctionUrlConfig"],
    ),
  aws_lambda_permission: (place) =>
    lambda(place, ["lambda:GetPolicy"], ["lambda:AddPermission", "lambda:RemovePermission"]),
  aws_scheduler_schedule: (place) => [
    {
      on: [arn(place, "scheduler", `schedule/${namesOf(place)}/${namesOf(place)}`)],
      read: ["scheduler:GetSchedule"],
      write: ["scheduler:CreateSchedule", "scheduler:DeleteSchedule", "scheduler:UpdateSchedule"],
    },
    passRole(place, "scheduler.amazonaws.com"),
  ],
  aws_scheduler_schedule_group: (place) => [
    {
      on: [arn(place, "scheduler", `schedule-group/${namesOf(place)}`)],
      read: ["scheduler:GetScheduleGroup", "scheduler:ListTagsForResource"],
      write: [
        "scheduler:CreateScheduleGroup",
        "scheduler:DeleteScheduleGroup",
        "scheduler:TagResource",
        "scheduler:UntagResource",
      ],
    },
  ],
  aws_sqs_queue: (place) =>
    queue(place, ["sqs:ListQueueTags"], ["sqs:CreateQueue", "sqs:DeleteQueue", "sqs:TagQueue", "sqs:UntagQueue"]),
  aws_sqs_queue_redrive_allow_policy: (place) => queue(place),
  aws_sqs_queue_redrive_policy: (place) => queue(place),
  // Docker's own resources are on the machine, and in the repository, which has the rights to push.
  docker_image: () => [],
  docker_registry_image: () => [],
};

function lambda(
  place: Place,
  read: readonly string[],
  write: readonly string[],
  remove: readonly string[] = [],
): readonly Rights[] {
  return [{ on: [arn(place, "lambda", `function:${namesOf(place)}`)], read, write, remove }];
}

function repository(
  place: Place,
  read: readonly string[],
  write: readonly string[],
  remove: readonly string[] = [],
): readonly Rights[] {
  return [{ on: [arn(place, "ecr", `repository/${namesOf(place)}`)], read, write, remove }];
}

function queue(place: Place, read: readonly string[] = [], write: readonly string[] = []): readonly Rights[] {
  return [
    {
      on: [arn(place, "sqs", namesOf(place))],
      read: ["sqs:GetQueueAttributes", "sqs:GetQueueUrl", ...read],
      write: ["sqs:SetQueueAttributes", ...write],
    },
  ];
}
