import { describe, expect, test } from "@jest/globals";
import { WebSocketApi } from "../../../stacks/constructs/websocket-api";
import { addEcho } from "../../support/echo";
import { entry, environment, synthesizeConstruct } from "../../support/synth";

const resources = synthesizeConstruct((scope) => {
  const alarmed = { ...environment, alarms: { notifyTopicArns: [] } };
  const websocket = new WebSocketApi(scope, "websocket", { environment: alarmed });
  const target = addEcho(scope);
  websocket.route("$connect", target);
  websocket.route("$default", target, { responds: true });
});
const stage = entry(resources, "aws_apigatewayv2_stage.websocket_stage");

describe("the stage of the WebSocket API", () => {
  test("deploys itself, first when all routes are there", () => {
    expect(stage).toMatchObject({
      api_id: `\${aws_apigatewayv2_api.websocket.id}`,
      name: "staging",
      auto_deploy: true,
      depends_on: [
        "aws_apigatewayv2_route.websocket_connect",
        "aws_apigatewayv2_route.websocket_default",
        "aws_apigatewayv2_route_response.websocket_default_response",
      ],
    });
    // AWS refuses one beside auto_deploy.
    expect(stage).not.toHaveProperty("deployment_id");
  });

  test("has both throttles and no execution logs", () => {
    expect(stage.default_route_settings).toEqual({
      throttling_rate_limit: 200,
      throttling_burst_limit: 400,
      logging_level: "OFF",
      data_trace_enabled: false,
    });
  });

  test("gives new connections and messages throttles of their own, whole ones, as soon as there is the route", () => {
    const none = { logging_level: "OFF", data_trace_enabled: false };
    expect(stage.route_settings).toEqual([
      { route_key: "$connect", throttling_rate_limit: 100, throttling_burst_limit: 200, ...none },
      { route_key: "$default", throttling_rate_limit: 200, throttling_burst_limit: 400, ...none },
    ]);
    const without = synthesizeConstruct((scope) => {
      new WebSocketApi(scope, "websocket", { environment }).route("chat", addEcho(scope));
    });
    expect(entry(without, "aws_apigatewayv2_stage.websocket_stage")).not.toHaveProperty("route_settings");
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
