import { describe, expect, test } from "@jest/globals";
import { HttpApi } from "../../../stacks/constructs/http-api";
import { httpRouteId } from "../../../stacks/constructs/http-route";
import { addEcho } from "../../support/echo";
import { environment, synthesizeConstruct } from "../../support/synth";

test("a route of the HTTP API wants a signature, and may call its function for this path only", () => {
  const resources = synthesizeConstruct((scope) => {
    new HttpApi(scope, "http", { environment }).route("/some/path", addEcho(scope), { id: "broadcast" });
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
      statement_id: "http-broadcast",
      action: "lambda:InvokeFunction",
      function_name: `\${aws_lambda_function.echo.function_name}`,
      principal: "apigateway.amazonaws.com",
      source_arn: `\${aws_apigatewayv2_api.http.execution_arn}/staging/POST/some/path`,
    },
  });
});

describe("a path", () => {
  test.each([
    ["/broadcast/comments", "route-broadcast-comments"],
    ["/v1/a_b.c", "route-v1-a-b-c"],
  ])("%s makes the id %s", (path, id) => {
    expect(httpRouteId(path)).toBe(id);
  });

  test.each(["", "/", "posts", "/posts/", "//posts", "/posts/{id}", "/*", "/a b", "/日本", `/${"x".repeat(80)}`])(
    "%j is none of a route",
    (path) => {
      expect(() => httpRouteId(path)).toThrow(`The path ${JSON.stringify(path)} is not one of a route: `);
    },
  );
});
