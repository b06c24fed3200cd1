import { expect, test } from "@jest/globals";
import { HttpApi } from "../../../stacks/constructs/http-api";
import { HttpRoute } from "../../../stacks/constructs/http-route";
import { addEcho } from "../../support/echo";
import { environment, synthesizeConstruct } from "../../support/synth";

test("a route of the HTTP API wants a signature, and may call its function for this path only", () => {
  const resources = synthesizeConstruct((scope) => {
    new HttpRoute(new HttpApi(scope, "http", environment), "broadcast", { path: "/some/path", target: addEcho(scope) });
  });
  const api = `\${aws_apigatewayv2_api.http.id}`;
  expect(resources).toMatchObject({
    "aws_apigatewayv2_integration.http_broadcast_integration": {
      api_id: api,
      integration_type: "AWS_PROXY",
      integration_method: "POST",
      integration_uri: `\${aws_lambda_function.echo.invoke_arn}`,
      payload_format_version: "2.0",
    },
    "aws_apigatewayv2_route.http_broadcast": {
      api_id: api,
      route_key: "POST /some/path",
      target: `integrations/\${aws_apigatewayv2_integration.http_broadcast_integration.id}`,
      authorization_type: "AWS_IAM",
    },
    "aws_lambda_permission.http_broadcast_permission": {
      statement_id: "http-route",
      action: "lambda:InvokeFunction",
      function_name: `\${aws_lambda_function.echo.function_name}`,
      principal: "apigateway.amazonaws.com",
      source_arn: `\${aws_apigatewayv2_api.http.execution_arn}/staging/POST/some/path`,
    },
  });
});
