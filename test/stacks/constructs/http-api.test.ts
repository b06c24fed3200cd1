import { describe, expect, test } from "@jest/globals";
import { HttpApi } from "../../../stacks/constructs/http-api";
import { environment, synthesizeConstruct, synthesizeValue } from "../../support/synth";

describe("the HTTP API", () => {
  test("lets pages of the environment's origins post signed requests, without cookies", () => {
    expect(synthesizeConstruct((scope) => new HttpApi(scope, "http", environment))).toEqual({
      "aws_apigatewayv2_api.http": {
        name: "blogapp-staging-http-api",
        protocol_type: "HTTP",
        cors_configuration: {
          allow_origins: ["https://staging.example.com"],
          allow_methods: ["POST"],
          allow_headers: [
            "authorization",
            "content-type",
            "x-amz-content-sha256",
            "x-amz-date",
            "x-amz-security-token",
          ],
          allow_credentials: false,
          max_age: 86400,
        },
      },
    });
  });

  test("is called at one route by whoever may call that one", () => {
    const access = (region: string) =>
      synthesizeValue((scope) => new HttpApi(scope, "http", { ...environment, region }).invoke("URL", "/some/path"));
    expect(access("eu-west-1")).toEqual({
      variables: {
        URL: `https://\${aws_apigatewayv2_api.http.id}.execute-api.eu-west-1.amazonaws.com/staging/some/path`,
      },
      statements: [
        {
          actions: ["execute-api:Invoke"],
          resources: [`\${aws_apigatewayv2_api.http.execution_arn}/staging/POST/some/path`],
        },
      ],
    });
    expect(access("cn-north-1")).toHaveProperty(
      "variables.URL",
      `https://\${aws_apigatewayv2_api.http.id}.execute-api.cn-north-1.amazonaws.com.cn/staging/some/path`,
    );
  });
});
