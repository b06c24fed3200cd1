import { describe, expect, test } from "@jest/globals";
import { WebSocketApi } from "../../../stacks/constructs/websocket-api";
import { WebSocketRoute } from "../../../stacks/constructs/websocket-route";
import { WebSocketStage } from "../../../stacks/constructs/websocket-stage";
import { addEcho } from "../../support/echo";
import { entry, environment, synthesizeConstruct } from "../../support/synth";

const resources = synthesizeConstruct((scope) => {
  const api = new WebSocketApi(scope, "websocket", environment);
  const target = addEcho(scope);
  const routes = [
    new WebSocketRoute(api, "connect", { key: "$connect", target }),
    new WebSocketRoute(api, "default", { key: "$default", target, responds: true }),
  ];
  new WebSocketStage(api, "stage", { environment: { ...environment, alarms: { notifyTopicArns: [] } }, routes });
});
const stage = entry(resources, "aws_apigatewayv2_stage.websocket_stage");

describe("the stage of the WebSocket API", () => {
  test("serves a deployment that is made again when a route changes, after all of them", () => {
    expect(stage).toMatchObject({
      name: "staging",
      deployment_id: `\${aws_apigatewayv2_deployment.websocket_stage_deployment.id}`,
    });
    expect(stage).not.toHaveProperty("auto_deploy");
    expect(entry(resources, "aws_apigatewayv2_deployment.websocket_stage_deployment")).toEqual({
      api_id: `\${aws_apigatewayv2_api.websocket.id}`,
      triggers: {
        connect: `\${aws_apigatewayv2_integration.websocket_connect_integration.id}`,
        default: `\${aws_apigatewayv2_integration.websocket_default_integration.id}, responds`,
      },
      depends_on: [
        "aws_apigatewayv2_route.websocket_connect",
        "aws_apigatewayv2_route.websocket_default",
        "aws_apigatewayv2_route_response.websocket_default_response",
      ],
      lifecycle: { create_before_destroy: true },
    });
  });

  test("has both throttles and no execution logs", () => {
    expect(stage.default_route_settings).toEqual({
      throttling_rate_limit: 200,
      throttling_burst_limit: 400,
      logging_level: "OFF",
      data_trace_enabled: false,
    });
  });

  test("logs who sent what kind of message and how it went, but not the message", () => {
    expect(entry(resources, "aws_cloudwatch_log_group.websocket_stage_logs")).toEqual({
      name: "/aws/apigateway/blogapp-staging-websocket-api",
      retention_in_days: 14,
    });
    const { destination_arn, format } = Object(stage.access_log_settings);
    expect(destination_arn).toBe(`\${aws_cloudwatch_log_group.websocket_stage_logs.arn}`);
    expect(JSON.parse(format)).toEqual({
      requestId: "$context.requestId",
      eventType: "$context.eventType",
      routeKey: "$context.routeKey",
      connectionId: "$context.connectionId",
      status: "$context.status",
      integrationError: "$context.integration.error",
      integrationLatency: "$context.integration.latency",
      sourceIp: "$context.identity.sourceIp",
    });
  });

  test.each([
    ["integration-errors", "IntegrationError"],
    ["execution-errors", "ExecutionError"],
  ])("alarms on %s", (id, metric) => {
    expect(entry(resources, `aws_cloudwatch_metric_alarm.websocket_stage_${id}`)).toMatchObject({
      alarm_name: `blogapp-staging-websocket-api ${metric}`,
      namespace: "AWS/ApiGateway",
      metric_name: metric,
      dimensions: { ApiId: `\${aws_apigatewayv2_api.websocket.id}`, Stage: "staging" },
    });
  });
});
