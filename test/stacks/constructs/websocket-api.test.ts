import { describe, expect, test } from "@jest/globals";
import { WebSocketApi } from "../../../stacks/constructs/websocket-api";
import { environment, synthesizeConstruct, synthesizeValue } from "../../support/synth";

const valueFrom = (define: (api: WebSocketApi) => unknown, region = environment.region) =>
  synthesizeValue((scope) => define(new WebSocketApi(scope, "websocket", { ...environment, region })));
const id = `\${aws_apigatewayv2_api.websocket.id}`;

describe("the WebSocket API", () => {
  test("selects a route by the action in the message", () => {
    expect(synthesizeConstruct((scope) => new WebSocketApi(scope, "websocket", environment))).toEqual({
      "aws_apigatewayv2_api.websocket": {
        name: "blogapp-staging-websocket-api",
        protocol_type: "WEBSOCKET",
        route_selection_expression: "$request.body.action",
      },
    });
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
