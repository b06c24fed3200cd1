// Edits of the APIs, stages, routes and the Function URL.
import { rename } from "./tables.mjs";

/** @type {import("../edit.mjs").Edit[]} */
export const gateways = [
  {
    id: "http-api-id",
    title: "the construct of the HTTP API gets another id",
    verdict: "stops",
    edit: (_, stack) => {
      for (const [type, name] of [
        ["aws_apigatewayv2_api", "http"],
        ["aws_apigatewayv2_integration", "http_broadcast_integration"],
        ["aws_apigatewayv2_route", "http_broadcast"],
        ["aws_lambda_permission", "http_broadcast_permission"],
        ["aws_apigatewayv2_stage", "http_stage"],
        ["aws_cloudwatch_log_group", "http_stage_logs"],
        ["aws_cloudwatch_metric_alarm", "http_stage_server-errors"],
      ])
        rename(stack, type ?? "", name ?? "", (name ?? "").replace("http", "gateway"));
    },
  },
  {
    id: "websocket-replaced",
    title: "somebody plans with -replace of the WebSocket API",
    verdict: "stops",
    args: ["-replace=aws_apigatewayv2_api.websocket"],
  },
  {
    id: "stage-name",
    title: "the WebSocket stage gets another name",
    verdict: "stops",
    edit: ({ aws_apigatewayv2_stage: s }) => {
      s.websocket_stage.name = "live";
    },
  },
  {
    id: "api-name",
    title: "an API gets another name, which is part of no address",
    verdict: "nothing",
    edit: ({ aws_apigatewayv2_api: a }) => {
      a.http.name = "blogapp-production-gateway";
    },
  },
  {
    id: "url-id",
    title: "the construct of the Function URL gets another id",
    verdict: "stops",
    edit: (_, stack) => rename(stack, "aws_lambda_function_url", "api_url", "api_address"),
  },
  {
    id: "url-deleted",
    title: "the Function URL leaves the code with its guard",
    verdict: "stops",
    edit: (r, stack) => {
      delete r.aws_lambda_function_url;
      delete r.aws_lambda_permission.api_url_call;
      delete r.aws_lambda_permission.api_url_invoke;
      delete stack.output?.FunctionUrlEndpoint;
    },
  },
  {
    id: "url-authorization",
    title: "the Function URL asks for AWS signatures",
    verdict: "stops",
    edit: ({ aws_lambda_function_url: u }) => {
      u.api_url.authorization_type = "AWS_IAM";
    },
  },
  {
    id: "url-permission-removed",
    title: "the second permission of the Function URL is removed",
    verdict: "stops",
    edit: ({ aws_lambda_permission: p }) => {
      delete p.api_url_invoke;
    },
  },
  {
    id: "url-condition-removed",
    title: "the condition of the second permission is removed",
    verdict: "stops",
    edit: ({ aws_lambda_permission: p }) => {
      delete p.api_url_invoke.invoked_via_function_url;
    },
  },
  {
    id: "url-condition-added",
    title: "the second permission of the Function URL gets the condition that it lacked",
    stack: "extras",
    verdict: "notes",
    edit: ({ aws_lambda_permission: p }) => {
      p.api_url_invoke.invoked_via_function_url = true;
    },
  },
  {
    id: "permission-reworded",
    title: "a permission gets another statement id",
    verdict: "notes",
    edit: ({ aws_lambda_permission: p }) => {
      p.http_broadcast_permission.statement_id = "gateway";
    },
  },
  {
    id: "permission-wider",
    title: "any stage and route of the API may call the function",
    verdict: "asks",
    edit: ({ aws_lambda_permission: p }) => {
      p.http_broadcast_permission.source_arn = "${aws_apigatewayv2_api.http.execution_arn}/*/*";
    },
  },
  {
    id: "permission-without-source",
    title: "any API of anybody may call the function",
    verdict: "asks",
    edit: ({ aws_lambda_permission: p }) => {
      delete p.http_broadcast_permission.source_arn;
    },
  },
  {
    id: "permission-removed",
    title: "the permission of a route is removed",
    verdict: "asks",
    edit: ({ aws_lambda_permission: p }) => {
      delete p.http_broadcast_permission;
    },
  },
  {
    id: "throttle-missing",
    title: "the limits are left out of the stage's settings",
    verdict: "stops",
    edit: ({ aws_apigatewayv2_stage: s }) => {
      delete s.websocket_stage.default_route_settings.throttling_rate_limit;
      delete s.websocket_stage.default_route_settings.throttling_burst_limit;
    },
  },
  {
    id: "throttle-settings-missing",
    title: "the stage's settings are left out",
    verdict: "stops",
    edit: ({ aws_apigatewayv2_stage: s }) => {
      delete s.http_stage.default_route_settings;
    },
  },
  {
    id: "throttle-lower",
    title: "the WebSocket stage takes 100 messages a second instead of 1000",
    verdict: "asks",
    edit: ({ aws_apigatewayv2_stage: s }) => {
      s.websocket_stage.default_route_settings.throttling_rate_limit = 100;
    },
  },
  {
    id: "throttle-higher",
    title: "the WebSocket stage takes 2000 messages a second instead of 1000",
    verdict: "notes",
    edit: ({ aws_apigatewayv2_stage: s }) => {
      s.websocket_stage.default_route_settings.throttling_rate_limit = 2000;
    },
  },
  {
    id: "cors-exchanged",
    title: "another origin takes the place of the allowed one",
    verdict: "asks",
    edit: ({ aws_lambda_function_url: u }) => {
      u.api_url.cors.allow_origins = ["https://new.example.com"];
    },
  },
  {
    id: "cors-header",
    title: "pages may no longer send if-match",
    verdict: "asks",
    edit: ({ aws_lambda_function_url: u }) => {
      u.api_url.cors.allow_headers = u.api_url.cors.allow_headers.filter((/** @type {string} */ h) => h !== "if-match");
    },
  },
  {
    id: "cors-header-added",
    title: "pages may send one more header",
    verdict: "notes",
    edit: ({ aws_lambda_function_url: u }) => {
      u.api_url.cors.allow_headers.push("x-trace");
    },
  },
  {
    id: "cors-any",
    title: "pages of any origin may call",
    verdict: "asks",
    edit: ({ aws_apigatewayv2_api: a }) => {
      a.http.cors_configuration.allow_origins = ["*"];
    },
  },
  {
    id: "cors-removed",
    title: "the CORS configuration is removed",
    verdict: "stops",
    edit: ({ aws_lambda_function_url: u }) => {
      delete u.api_url.cors;
    },
  },
  {
    id: "cors-age",
    title: "browsers remember a preflight for an hour",
    verdict: "nothing",
    edit: ({ aws_lambda_function_url: u }) => {
      u.api_url.cors.max_age = 3600;
    },
  },
  {
    id: "route-path",
    title: "a route gets another path",
    verdict: "asks",
    edit: ({ aws_apigatewayv2_route: t }) => {
      t.http_broadcast.route_key = "POST /v2/broadcast/comments";
    },
  },
  {
    id: "route-open",
    title: "a route no longer asks for a signature",
    verdict: "stops",
    edit: ({ aws_apigatewayv2_route: t }) => {
      t.http_broadcast.authorization_type = "NONE";
    },
  },
  {
    id: "route-not-deployed",
    title: "a WebSocket route calls another function, and the deployment does not change",
    verdict: "asks",
    edit: ({ aws_apigatewayv2_integration: i }) => {
      i.websocket_default_integration.integration_uri = "${aws_lambda_function.connect.invoke_arn}";
    },
  },
  {
    id: "route-deployed",
    title: "the same, and the deployment is replaced",
    verdict: "notes",
    edit: ({ aws_apigatewayv2_integration: i, aws_apigatewayv2_deployment: d }) => {
      i.websocket_default_integration.integration_uri = "${aws_lambda_function.connect.invoke_arn}";
      d.websocket_stage_deployment.triggers.default += "2";
    },
  },
  {
    id: "deployment-alone",
    title: "a new deployment of the same routes",
    verdict: "nothing",
    edit: ({ aws_apigatewayv2_deployment: d }) => {
      d.websocket_stage_deployment.triggers.again = "1";
    },
  },
  {
    id: "route-removed",
    title: "a WebSocket route is removed: the new deployment is made before it goes",
    verdict: "asks",
    edit: ({
      aws_apigatewayv2_route: t,
      aws_apigatewayv2_route_response: x,
      aws_apigatewayv2_integration: i,
      aws_apigatewayv2_deployment: d,
      aws_lambda_permission: p,
    }) => {
      delete t.websocket_default;
      x.websocket_default_response.route_id = "${aws_apigatewayv2_route.websocket_connect.id}";
      delete i.websocket_default_integration;
      delete p.websocket_default_permission;
      const deployment = d.websocket_stage_deployment;
      deployment.lifecycle = { create_before_destroy: true };
      delete deployment.triggers.default;
      deployment.depends_on = deployment.depends_on.filter((/** @type {string} */ name) => !name.includes("default"));
    },
  },
  {
    id: "http-target",
    title: "an HTTP route calls another function; the stage deploys itself",
    verdict: "asks",
    edit: ({ aws_apigatewayv2_integration: i }) => {
      i.http_broadcast_integration.integration_uri = "${aws_lambda_function.connect.invoke_arn}";
      i.http_broadcast_integration.payload_format_version = "1.0";
    },
  },
  {
    id: "data-trace",
    title: "whole messages are logged",
    verdict: "asks",
    edit: ({ aws_apigatewayv2_stage: s }) => {
      Object.assign(s.websocket_stage.default_route_settings, { logging_level: "INFO", data_trace_enabled: true });
    },
  },
  {
    id: "logging-errors",
    title: "errors are logged",
    verdict: "nothing",
    edit: ({ aws_apigatewayv2_stage: s }) => {
      s.websocket_stage.default_route_settings.logging_level = "ERROR";
    },
  },
  {
    id: "access-log-removed",
    title: "the access log is removed",
    verdict: "asks",
    edit: ({ aws_apigatewayv2_stage: s }) => {
      delete s.http_stage.access_log_settings;
    },
  },
  {
    id: "endpoint-disabled",
    title: "the address that AWS made is switched off",
    verdict: "stops",
    edit: ({ aws_apigatewayv2_api: a }) => {
      a.websocket.disable_execute_api_endpoint = true;
    },
  },
];
