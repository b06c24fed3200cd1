import { describe, expect, test } from "@jest/globals";
import { HttpApi } from "../../../stacks/constructs/http-api";
import { entry, environment, synthesizeConstruct } from "../../support/synth";

const resources = synthesizeConstruct((scope) => {
  new HttpApi(scope, "http", { environment: { ...environment, alarms: { notifyTopicArns: [] } } });
});

describe("the stage of the HTTP API", () => {
  test("bears the environment's name, deploys itself and has both throttles", () => {
    expect(entry(resources, "aws_apigatewayv2_stage.http_stage")).toMatchObject({
      api_id: `\${aws_apigatewayv2_api.http.id}`,
      name: "staging",
      auto_deploy: true,
      default_route_settings: { throttling_rate_limit: 50, throttling_burst_limit: 100 },
    });
  });

  test("has no execution logs, which AWS refuses on HTTP APIs", () => {
    expect(entry(resources, "aws_apigatewayv2_stage.http_stage").default_route_settings).toEqual({
      throttling_rate_limit: expect.any(Number),
      throttling_burst_limit: expect.any(Number),
    });
  });

  test("logs every request as one line of JSON, into a group that forgets", () => {
    const { access_log_settings: log } = entry(resources, "aws_apigatewayv2_stage.http_stage");
    expect(log).toEqual({
      destination_arn: `\${aws_cloudwatch_log_group.http_stage_logs.arn}`,
      format: expect.not.stringContaining("\n"),
    });
    expect(entry(resources, "aws_cloudwatch_log_group.http_stage_logs")).toEqual({
      name: "/aws/apigateway/blogapp-staging-http-api",
      retention_in_days: 14,
    });
  });

  test("alarms on answers of 500 and above", () => {
    expect(entry(resources, "aws_cloudwatch_metric_alarm.http_stage_server-errors")).toMatchObject({
      alarm_name: "blogapp-staging-http-api 5xx",
      namespace: "AWS/ApiGateway",
      metric_name: "5xx",
      dimensions: { ApiId: `\${aws_apigatewayv2_api.http.id}`, Stage: "staging" },
    });
  });
});
