import { lambdaLogGroup } from "../../environments/names";
import { apiGatewayRights, logDelivery } from "./api-gateway-rights";
import { FUNCTION_RIGHTS } from "./function-rights";
import { passRole, role, rolePolicy } from "./identity-rights";
import { IMAGE_RIGHTS } from "./image-rights";
import { KEY_RIGHTS } from "./key-rights";
import { arn, namesOf, type Place } from "./place";
import type { Rights, RightsOfTypes } from "./rights";

/**
 * The rights that each type of resource of the stacks takes, for exactly the names of an environment wherever AWS lets
 * a policy name resources. A test compares the keys with the synthesized stacks.
 *
 * The calls are those that hashicorp/aws makes; which resources and conditions an action knows is in
 * https://docs.aws.amazon.com/service-authorization/latest/reference/
 */
export const RESOURCE_RIGHTS: RightsOfTypes = {
  ...FUNCTION_RIGHTS,
  ...IMAGE_RIGHTS,
  ...KEY_RIGHTS,
  aws_apigatewayv2_api: apiGatewayRights,
  aws_apigatewayv2_deployment: apiGatewayRights,
  aws_apigatewayv2_integration: apiGatewayRights,
  aws_apigatewayv2_route: apiGatewayRights,
  aws_apigatewayv2_route_response: apiGatewayRights,
  aws_apigatewayv2_stage: (place) => [...apiGatewayRights(place), ...logDelivery(place)],
  aws_cloudwatch_log_group: (place) => {
    const groups = [lambdaLogGroup(namesOf(place)), `/aws/apigateway/${namesOf(place)}`];
    return [
      // The action lists groups, so that no single one can be its resource.
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
  aws_iam_role: role,
  aws_iam_role_policy: rolePolicy,
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
};

function queue(place: Place, read: readonly string[] = [], write: readonly string[] = []): readonly Rights[] {
  return [
    {
      on: [arn(place, "sqs", namesOf(place))],
      read: ["sqs:GetQueueAttributes", "sqs:GetQueueUrl", ...read],
      write: ["sqs:SetQueueAttributes", ...write],
    },
  ];
}
