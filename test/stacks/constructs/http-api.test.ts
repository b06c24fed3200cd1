import { describe, expect, test } from "@jest/globals";
import { HttpApi } from "../../../stacks/constructs/http-api";
import { addEcho } from "../../support/echo";
import { entry, environment, synthesizeConstruct, synthesizeValue } from "../../support/synth";

describe("the HTTP API", () => {
  test("lets pages of the environment's origins post signed requests, without cookies", () => {
    const resources = synthesizeConstruct((scope) => new HttpApi(scope, "http", { environment }));
    expect(entry(resources, "aws_apigatewayv2_api.http")).toEqual({
      name: "blogapp-staging-http-api",
      protocol_type: "HTTP",
      cors_configuration: {
        allow_origins: ["https://staging.example.com"],
        allow_methods: ["POST"],
        allow_headers: ["authorization", "content-type", "x-amz-content-sha256", "x-amz-date", "x-amz-security-token"],
        allow_credentials: false,
        max_age: 86400,
      },
    });
  });

  test("may have several routes to one function", () => {
    const resources = synthesizeConstruct((scope) => {
      const http = new HttpApi(scope, "http", { environment });
      const target = addEcho(scope);
      http.route("/one", target, { id: "echo" });
      http.route("/two/three_four", target);
    });
    expect(entry(resources, "aws_lambda_permission.http_echo_permission").statement_id).toBe("http-route");
    expect(entry(resources, "aws_lambda_permission.http_route-two-three-four_permission").statement_id).toBe(
      "http-route-two-three-four",
    );
  });

  test("has no path twice", () => {
    expect(() =>
      synthesizeConstruct((scope) => {
        const http = new HttpApi(scope, "http", { environment });
        http.route("/one", addEcho(scope));
        http.route("/one", addEcho(scope, { id: "other" }));
      }),
    ).toThrow('The path "/one" is there already, or one that differs in its punctuation only.');
  });

  test("is called at one route by whoever may call that one, and others may know its address", () => {
    const access = (region: string) =>
      synthesizeValue((scope) =>
        new HttpApi(scope, "http", { environment: { ...environment, region } })
          .route("/some/path", addEcho(scope))
          .invoke("URL"),
      );
    const known = synthesizeValue((scope) =>
      new HttpApi(scope, "http", { environment }).route("/some/path", addEcho(scope)).address("URL"),
    );
    expect(known).toMatchObject({ statements: [] });
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
