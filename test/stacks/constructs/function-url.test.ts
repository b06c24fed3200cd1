import { describe, expect, test } from "@jest/globals";
import { FunctionUrl } from "../../../stacks/constructs/function-url";
import { addEcho } from "../../support/echo";
import { entry, environment, synthesizeConstruct } from "../../support/synth";

const cors = { allowHeaders: ["if-none-match", "x-request-id"], exposeHeaders: ["etag", "retry-after"] };
const functionName = `\${aws_lambda_function.echo.function_name}`;

function urlWith(changes: Partial<typeof environment> = {}) {
  const resources = synthesizeConstruct((scope) => {
    new FunctionUrl(scope, "url", { environment: { ...environment, ...changes }, target: addEcho(scope), cors });
  });
  return {
    url: entry(resources, "aws_lambda_function_url.url"),
    call: entry(resources, "aws_lambda_permission.url_call"),
    invoke: entry(resources, "aws_lambda_permission.url_invoke"),
    alarm: resources["aws_cloudwatch_metric_alarm.url_server-errors"],
  };
}

describe("a Function URL", () => {
  test("lets in the pages of the environment's origins", () => {
    const allowed = { allowedOrigins: ["https://a.example.com", "https://b.example.com"], allowCredentials: true };
    expect(urlWith({ cors: allowed }).url).toMatchObject({
      function_name: functionName,
      authorization_type: "NONE",
      cors: {
        allow_origins: ["https://a.example.com", "https://b.example.com"],
        allow_credentials: true,
        allow_methods: ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD"],
        allow_headers: ["if-none-match", "x-request-id"],
        expose_headers: ["etag", "retry-after"],
        max_age: 86400,
      },
    });
  });

  test("has both permissions, under ids that are neither each other's nor the provider's", () => {
    const { call, invoke } = urlWith();
    expect(call).toEqual({
      statement_id: "call-function-url",
      action: "lambda:InvokeFunctionUrl",
      function_name: functionName,
      principal: "*",
      function_url_auth_type: "NONE",
      depends_on: ["aws_lambda_function_url.url"],
    });
    // AWS refuses function_url_auth_type on this one.
    expect(invoke).toEqual({
      statement_id: "invoke-through-function-url",
      action: "lambda:InvokeFunction",
      function_name: functionName,
      principal: "*",
      invoked_via_function_url: true,
      depends_on: ["aws_lambda_function_url.url"],
    });
  });

  // The function answers its own failures with 503, which Lambda does not count among its errors.
  test("raises an alarm for answers of 500 and more", () => {
    expect(urlWith({ alarms: { notifyTopicArns: [] } }).alarm).toMatchObject({
      alarm_name: "blogapp-staging-websocket-default Url5xxCount",
      namespace: "AWS/Lambda",
      metric_name: "Url5xxCount",
      dimensions: { FunctionName: functionName },
      threshold: 5,
    });
  });

  test("cannot be destroyed where the environment protects what it has", () => {
    expect(urlWith({ deletionProtection: true }).url.lifecycle).toEqual({ prevent_destroy: true });
    expect(urlWith({ deletionProtection: false }).url.lifecycle).toEqual({ prevent_destroy: false });
  });
});
