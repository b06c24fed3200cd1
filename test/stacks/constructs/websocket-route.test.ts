import { describe, expect, test } from "@jest/globals";
import { WebSocketApi } from "../../../stacks/constructs/websocket-api";
import { websocketRouteId } from "../../../stacks/constructs/websocket-route";
import { addEcho } from "../../support/echo";
import { entry, environment, synthesizeConstruct } from "../../support/synth";

function resourcesWith(responds?: boolean) {
  return synthesizeConstruct((scope) => {
    const options = responds === undefined ? {} : { responds };
    new WebSocketApi(scope, "websocket", { environment }).route("$default", addEcho(scope), options);
  });
}

describe("a WebSocket route", () => {
  test("calls its function, which it may do for this route of this stage only", () => {
    expect(resourcesWith()).toMatchObject({
      "aws_apigatewayv2_integration.websocket_default_integration": {
        integration_type: "AWS_PROXY",
        integration_method: "POST",
        integration_uri: `\${aws_lambda_function.echo.invoke_arn}`,
      },
      "aws_apigatewayv2_route.websocket_default": {
        route_key: "$default",
        target: `integrations/\${aws_apigatewayv2_integration.websocket_default_integration.id}`,
      },
      "aws_lambda_permission.websocket_default_permission": {
        statement_id: "websocket-default",
        action: "lambda:InvokeFunction",
        function_name: `\${aws_lambda_function.echo.function_name}`,
        principal: "apigateway.amazonaws.com",
        source_arn: `\${aws_apigatewayv2_api.websocket.execution_arn}/staging/$default`,
      },
    });
  });

  test("drops the function's answer unless it responds", () => {
    const resources = resourcesWith();
    expect(resources).not.toHaveProperty(["aws_apigatewayv2_route_response.websocket_default_response"]);
    expect(entry(resources, "aws_apigatewayv2_route.websocket_default")).not.toHaveProperty(
      "route_response_selection_expression",
    );
  });

  test("sends the function's answer to the client if it responds", () => {
    const resources = resourcesWith(true);
    expect(entry(resources, "aws_apigatewayv2_route.websocket_default")).toMatchObject({
      route_response_selection_expression: "$default",
    });
    expect(entry(resources, "aws_apigatewayv2_route_response.websocket_default_response")).toMatchObject({
      route_id: `\${aws_apigatewayv2_route.websocket_default.id}`,
      route_response_key: "$default",
    });
  });
});

describe("a route key", () => {
  test.each([
    ["$connect", "connect"],
    ["$disconnect", "disconnect"],
    ["$default", "default"],
    ["subscribe", "route-subscribe"],
    ["connect", "route-connect"],
    ["chat/send_all.v1", "route-chat-send-all-v1"],
  ])("%s makes the id %s", (key, id) => {
    expect(websocketRouteId(key)).toBe(id);
  });

  test.each(["", "$join", "a b", "a*", "a?", "日本", "a:b", "x".repeat(81)])(
    "%j is refused, with what to write",
    (key) => {
      expect(() => websocketRouteId(key)).toThrow(
        `The route key ${JSON.stringify(key)} is not one of a WebSocket API: write $connect, $disconnect, $default, or up`,
      );
    },
  );
});
