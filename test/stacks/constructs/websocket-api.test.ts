import { describe, expect, test } from "@jest/globals";
import { WebSocketApi } from "../../../stacks/constructs/websocket-api";
import { addEcho } from "../../support/echo";
import { entry, environment, synthesizeConstruct, synthesizeValue } from "../../support/synth";

const valueFrom = (define: (api: WebSocketApi) => unknown, region = environment.region) =>
  synthesizeValue((scope) => define(new WebSocketApi(scope, "websocket", { environment: { ...environment, region } })));
const id = `\${aws_apigatewayv2_api.websocket.id}`;

describe("the WebSocket API", () => {
  test("selects a route by the action in the message", () => {
    const resources = synthesizeConstruct((scope) => new WebSocketApi(scope, "websocket", { environment }));
    expect(entry(resources, "aws_apigatewayv2_api.websocket")).toEqual({
      name: "blogapp-staging-websocket-api",
      protocol_type: "WEBSOCKET",
      route_selection_expression: "$request.body.action",
    });
  });

  test("may have several routes to one function, each with a permission of its own", () => {
    const resources = synthesizeConstruct((scope) => {
      const websocket = new WebSocketApi(scope, "websocket", { environment });
      const target = addEcho(scope, { id: "connect" });
      for (const key of ["$connect", "$disconnect", "subscribe", "chat.send"]) websocket.route(key, target);
    });
    const permissions = Object.entries(resources).filter(([address]) => address.startsWith("aws_lambda_permission"));
    expect(permissions.map(([, { statement_id, source_arn }]) => [statement_id, source_arn]).sort()).toEqual(
      [
        // The id that was deployed when a function could have one route only.
        ["websocket-route", "$connect"],
        ["websocket-disconnect", "$disconnect"],
        ["websocket-route-subscribe", "subscribe"],
        ["websocket-route-chat-send", "chat.send"],
      ]
        .map(([id, key]) => [id, `\${aws_apigatewayv2_api.websocket.execution_arn}/staging/${key}`])
        .sort(),
    );
  });

  test.each([
    ["$connect", "$connect"],
    ["chat.send", "chat-send"],
  ])("has no route twice: %s and %s", (one, other) => {
    expect(() =>
      synthesizeConstruct((scope) => {
        const websocket = new WebSocketApi(scope, "websocket", { environment });
        const target = addEcho(scope);
        websocket.route(one, target);
        websocket.route(other, target);
      }),
    ).toThrow(`The route key "${other}" is there already, or one that differs in its punctuation only.`);
  });

  test("tells its address without opening anything", () => {
    expect(valueFrom((api) => api.address("URL"))).toEqual({
      variables: { URL: `wss://${id}.execute-api.ap-northeast-1.amazonaws.com/staging` },
      statements: [],
    });
    expect(valueFrom((api) => api.address("URL"), "cn-north-1")).toHaveProperty(
      "variables.URL",
      `wss://${id}.execute-api.cn-north-1.amazonaws.com.cn/staging`,
    );
  });

  test("lets a function close every connection, and neither read nor send to one", () => {
    expect(valueFrom((api) => api.close("ENDPOINT"))).toMatchObject({
      statements: [
        {
          actions: ["execute-api:ManageConnections"],
          resources: [`\${aws_apigatewayv2_api.websocket.execution_arn}/staging/DELETE/@connections/*`],
        },
      ],
    });
  });

  test("lets a function that sends reach every connection, and neither read nor close one", () => {
    expect(valueFrom((api) => api.send("ENDPOINT"))).toEqual({
      variables: { ENDPOINT: `https://${id}.execute-api.ap-northeast-1.amazonaws.com/staging` },
      statements: [
        {
          actions: ["execute-api:ManageConnections"],
          resources: [`\${aws_apigatewayv2_api.websocket.execution_arn}/staging/POST/@connections/*`],
        },
      ],
    });
  });
});
