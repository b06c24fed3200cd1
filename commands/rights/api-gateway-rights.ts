import { partition } from "../../environments/region";
import { iamArn, type Place } from "./place";
import type { Rights } from "./rights";

/**
 * APIs are addressed by ids that AWS makes up, so that a policy cannot name them: these are rights on every HTTP and
 * WebSocket API of the account and region. `foreignApis` takes away those of other names.
 */
export function apiGatewayRights(place: Place): readonly Rights[] {
  const at = (path: string) => `arn:${partition(place.region).name}:apigateway:${place.region}::${path}`;
  return [
    {
      on: [at("/apis"), at("/apis/*"), at("/tags/*")],
      read: ["apigateway:GET"],
      write: [
        "apigateway:DELETE",
        "apigateway:PATCH",
        "apigateway:POST",
        "apigateway:PUT",
        "apigateway:TagResource",
        "apigateway:UntagResource",
      ],
    },
  ];
}

/**
 * A stage with access logs lets API Gateway deliver them, and the first one of an account makes API Gateway's own role.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging.html
 */
export function logDelivery(place: Place): readonly Rights[] {
  return [
    {
      on: ["*"],
      write: [
        "logs:CreateLogDelivery",
        "logs:DeleteLogDelivery",
        "logs:DescribeResourcePolicies",
        "logs:GetLogDelivery",
        "logs:ListLogDeliveries",
        "logs:PutResourcePolicy",
        "logs:UpdateLogDelivery",
      ],
    },
    {
      on: [iamArn(place, "role/aws-service-role/ops.apigateway.amazonaws.com/AWSServiceRoleForAPIGateway")],
      write: ["iam:CreateServiceLinkedRole"],
      condition: { StringEquals: { "iam:AWSServiceName": "ops.apigateway.amazonaws.com" } },
    },
  ];
}
