import { backgroundBreaches } from "./background-breaches";
import type { Breach } from "./breach";

/** For every rule, changes that break it. */
export const breaches: Readonly<Record<string, readonly Breach[]>> = {
  "every function runs on the environment's architecture": [
    ["application/resource/aws_lambda_function/connect/architectures", ["x86_64"]],
  ],
  "every function has a log group of its own, made before it": [
    ["application/resource/aws_cloudwatch_log_group/connect_logs"],
    ["application/resource/aws_cloudwatch_log_group/connect_logs/name", "/aws/lambda/other"],
    ["application/resource/aws_lambda_function/api/depends_on", ["aws_iam_role_policy.api_role_policy"]],
  ],
  "every log group forgets": [
    ["application/resource/aws_cloudwatch_log_group/websocket_stage_logs/retention_in_days"],
    ["application/resource/aws_cloudwatch_log_group/connect_logs/retention_in_days", 0],
  ],
  "every function has a role of its own, whose policy it waits for": [
    ["application/resource/aws_lambda_function/api/role", `\${aws_iam_role.connect_role.arn}`],
    ["application/resource/aws_lambda_function/api/depends_on", ["aws_cloudwatch_log_group.api_logs"]],
    ["application/resource/aws_iam_role_policy/api_role_policy"],
  ],
  "no variable names an emulator, a secret or something that is AWS's": [
    ["application/resource/aws_lambda_function/api/environment/variables/FIREBASE_AUTH_EMULATOR_HOST", ""],
    ["application/resource/aws_lambda_function/api/environment/variables/AWS_ENDPOINT_URL_DYNAMODB", "http://x"],
    ["application/resource/aws_lambda_function/api/environment/variables/CURSOR_SECRET", "x"],
  ],
  "images are deployed by digest": [
    [
      "application/resource/aws_lambda_function/api/image_uri",
      "123456789012.dkr.ecr.eu-west-1.amazonaws.com/api:latest",
    ],
    ["application/resource/aws_lambda_function/api/image_uri"],
  ],
  "zips are deployed by content": [
    ["application/resource/aws_lambda_function/connect/source_code_hash"],
    ["application/resource/aws_lambda_function/connect/source_code_hash", "v1"],
  ],
  "no policy has a wildcard without a written reason": [
    ["application/resource/aws_iam_role_policy/api_role_policy/policy", policy({ Action: "dynamodb:*" })],
    ["application/resource/aws_iam_role_policy/api_role_policy/policy", policy({ Action: ["*"] })],
    ["application/resource/aws_iam_role_policy/api_role_policy/policy", policy({ Resource: "*" })],
    ["application/resource/aws_iam_role_policy/api_role_policy/policy", policy({ Resource: ["arn:aws:s3:::b/*"] })],
    ["application/resource/aws_iam_role_policy/api_role_policy/policy", policy({ NotAction: "iam:PassRole" })],
    ["repository/resource/aws_ecr_repository_policy/api_policy/policy", policy({ Action: "ecr:*" })],
    ["application/resource/aws_kms_key/signing/policy", policy({ Action: "*:*" })],
  ],
  "every key is in the hands of its own account": [
    ["application/resource/aws_kms_key/signing/policy", policy({ Principal: "*" })],
    [
      "application/resource/aws_kms_key/signing/policy",
      policy({ Principal: { AWS: "arn:aws:iam::999999999999:root" } }),
    ],
    ["application/resource/aws_kms_key/signing/policy"],
  ],
  ...backgroundBreaches,
  "every role is for Lambda, or for the schedules of its own group": [
    [
      "application/resource/aws_iam_role/sweep_hourly_role/assume_role_policy",
      policy({ Action: "sts:AssumeRole", Principal: { Service: "scheduler.amazonaws.com" } }),
    ],
    [
      "application/resource/aws_iam_role/api_role/assume_role_policy",
      policy({ Action: "sts:AssumeRole", Principal: { AWS: "*" } }),
    ],
  ],
  "every gateway's permission names the one route it is for": [
    ["application/resource/aws_lambda_permission/websocket_connect_permission/source_arn"],
    [
      "application/resource/aws_lambda_permission/http_broadcast_permission/source_arn",
      `\${aws_apigatewayv2_api.http.execution_arn}/*`,
    ],
  ],
  "every route has a permission to call its function": [
    ["application/resource/aws_lambda_permission/websocket_disconnect_permission"],
    ["application/resource/aws_lambda_permission/http_broadcast_permission"],
  ],
  "a Function URL has its two permissions, the second only through the URL": [
    ["application/resource/aws_lambda_permission/api_url_call"],
    ["application/resource/aws_lambda_permission/api_url_invoke"],
    ["application/resource/aws_lambda_permission/api_url_invoke/invoked_via_function_url"],
    ["application/resource/aws_lambda_permission/api_url_invoke/function_url_auth_type", "NONE"],
    ["application/resource/aws_lambda_permission/api_url_invoke/statement_id", "call-function-url"],
    ["application/resource/aws_lambda_permission/api_url_call/depends_on"],
  ],
  "nothing but a Function URL is open to everybody": [
    ["application/resource/aws_lambda_permission/api_url_invoke/invoked_via_function_url"],
    ["application/resource/aws_lambda_permission/websocket_connect_permission/principal", "*"],
  ],
  "every stage has both throttles": [
    ["application/resource/aws_apigatewayv2_stage/http_stage/default_route_settings"],
    ["application/resource/aws_apigatewayv2_stage/http_stage/default_route_settings/throttling_rate_limit"],
    ["application/resource/aws_apigatewayv2_stage/websocket_stage/default_route_settings/throttling_burst_limit", 0],
    ["application/resource/aws_apigatewayv2_stage/websocket_stage/route_settings", [{ route_key: "$connect" }]],
  ],
  "new WebSocket connections have a throttle of their own, and so have messages": [
    ["application/resource/aws_apigatewayv2_stage/websocket_stage/route_settings"],
    ["application/resource/aws_apigatewayv2_stage/websocket_stage/route_settings", [{ route_key: "$connect" }]],
  ],
  "every stage has an access log in JSON with the request's id": [
    ["application/resource/aws_apigatewayv2_stage/http_stage/access_log_settings"],
    ["application/resource/aws_apigatewayv2_stage/websocket_stage/access_log_settings/format", "$context.status"],
  ],
  "no stage writes execution logs": [
    ["application/resource/aws_apigatewayv2_stage/websocket_stage/default_route_settings/logging_level", "INFO"],
    ["application/resource/aws_apigatewayv2_stage/websocket_stage/default_route_settings/data_trace_enabled", true],
    ["application/resource/aws_apigatewayv2_stage/http_stage/default_route_settings/logging_level", "OFF"],
    [
      "application/resource/aws_apigatewayv2_stage/websocket_stage/route_settings",
      [{ route_key: "$default", logging_level: "INFO", data_trace_enabled: false }],
    ],
  ],
  "every stage deploys itself": [
    ["application/resource/aws_apigatewayv2_stage/websocket_stage/auto_deploy"],
    ["application/resource/aws_apigatewayv2_stage/http_stage/deployment_id", "abc123"],
    ["application/resource/aws_apigatewayv2_deployment", { one: { api_id: `\${aws_apigatewayv2_api.websocket.id}` } }],
  ],
  "a WebSocket stage is made after every route": [
    ["application/resource/aws_apigatewayv2_stage/websocket_stage/depends_on"],
    [
      "application/resource/aws_apigatewayv2_stage/websocket_stage/depends_on",
      ["connect", "disconnect", "default"].map((id) => `aws_apigatewayv2_route.websocket_${id}`),
    ],
  ],
  "nothing is made before what it replaces is gone": [
    ["application/resource/aws_dynamodb_table/connections/lifecycle/create_before_destroy", true],
    ["application/resource/aws_iam_role/api_role/lifecycle", { create_before_destroy: true }],
  ],
  "every HTTP route wants a signature": [
    ["application/resource/aws_apigatewayv2_route/http_broadcast/authorization_type"],
    ["application/resource/aws_apigatewayv2_route/websocket_connect/api_id", `\${aws_apigatewayv2_api.http.id}`],
  ],
  "the Function URL's methods are ones Lambda takes": [
    ["application/resource/aws_lambda_function_url/api_url/cors/allow_methods", ["GET", "OPTIONS"]],
  ],
  "browsers are let in from the environment's origins and no others": [
    ["application/resource/aws_lambda_function_url/api_url/cors/allow_origins", ["*"]],
    ["application/resource/aws_apigatewayv2_api/http/cors_configuration/allow_origins", ["*"]],
  ],
  "every table with what users wrote is protected as the environment says": [
    ["application/resource/aws_dynamodb_table/posts/point_in_time_recovery/enabled", false],
    ["application/resource/aws_dynamodb_table/comments/deletion_protection_enabled"],
    ["application/resource/aws_dynamodb_table/favorites/lifecycle"],
  ],
  "what cannot be made again is protected as the environment says": [
    ["application/resource/aws_lambda_function_url/api_url/lifecycle"],
    ["application/resource/aws_kms_key/signing/lifecycle"],
    ["repository/resource/aws_ecr_repository/api/lifecycle/prevent_destroy", false],
  ],
  "no image expires that a function may run": [
    [
      "repository/resource/aws_ecr_lifecycle_policy/api_lifecycle/policy",
      JSON.stringify({
        rules: [{ selection: { tagStatus: "untagged", countType: "sinceImagePushed", countNumber: 365 } }],
      }),
    ],
    [
      "repository/resource/aws_ecr_lifecycle_policy/api_lifecycle/policy",
      JSON.stringify({ rules: [{ selection: { tagStatus: "any", countType: "imageCountMoreThan", countNumber: 5 } }] }),
    ],
  ],
  "every table is paid per request": [["application/resource/aws_dynamodb_table/posts/billing_mode", "PROVISIONED"]],
  "the state is encrypted, locked and in the environment's own account": [
    ["application/terraform/backend/s3/use_lockfile"],
    ["application/terraform/backend/s3/encrypt", false],
    ["repository/terraform/backend/s3/allowed_account_ids", ["210987654321"]],
    ["repository/terraform/backend/s3/key", "blogapp/staging/production-ecr.tfstate"],
  ],
  "the provider works in the environment's account and region only": [
    ["application/provider/aws/0/allowed_account_ids"],
    ["repository/provider/aws/0/region", "us-east-1"],
  ],
  "the provider is exactly one, and new enough for Function URLs and tables": [
    ["application/terraform/required_providers/aws/version", "6.25.0"],
    ["application/terraform/required_providers/aws/version", ">= 6.50.0"],
  ],
  "there is no data source": [["application/data", { aws_caller_identity: { current: {} } }]],
  "there is no secret": [
    ["application/provider/docker/0/registry_auth/0/password", `\${data.aws_ecr_authorization_token.it.password}`],
    ["application/resource/aws_lambda_function/api/description", "AKIAIOSFODNN7EXAMPLE"],
  ],
  "nothing tells of the machine it was made on": [
    [
      "application/resource/aws_lambda_function/connect/filename",
      `${process.cwd()}/dist/functions/websocket-connect.zip`,
    ],
    ["application/terraform/backend/s3/shared_config_files", "/home/somebody/.aws/config"],
  ],
  "every alarm watches a metric that exists": [
    ["application/resource/aws_cloudwatch_metric_alarm/api_errors/metric_name", "ConnectionCount"],
    ["application/resource/aws_cloudwatch_metric_alarm/api_errors/namespace", "AWS/ApiGatewayV2"],
    ["application/resource/aws_cloudwatch_metric_alarm/api_errors/dimensions", { Function: "api" }],
  ],
  "every function, Function URL, gateway, stream and dead letter has its alarms, and they tell the environment's topics":
    [
      ["application/resource/aws_cloudwatch_metric_alarm/connect_errors"],
      ["application/resource/aws_cloudwatch_metric_alarm/api_throttles"],
      ["application/resource/aws_cloudwatch_metric_alarm/api_url_server-errors"],
      ["application/resource/aws_cloudwatch_metric_alarm/http_stage_server-errors"],
      ["application/resource/aws_cloudwatch_metric_alarm/deletions_dead-letters_depth"],
      ["application/resource/aws_cloudwatch_metric_alarm/finish-deletions_deleted_age"],
      ["application/resource/aws_cloudwatch_metric_alarm/finish-deletions_deleted_age/statistic", "Sum"],
      ["application/resource/aws_cloudwatch_metric_alarm/api_errors/alarm_actions", []],
    ],
};

function policy(statement: object): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...statement }] });
}
