import { describe, expect, test } from "@jest/globals";
import { development } from "../../environments/development";
import { production } from "../../environments/production";
import { staging } from "../../environments/staging";
import { difference, linesOf, text } from "../support/flatten";
import { account, artifacts, resourcesOf, synthesizeEnvironment, typesOf } from "../support/synth";

expect.addSnapshotSerializer({ test: (value) => typeof value === "string", print: String });

const { application } = synthesizeEnvironment();
const otherwise = { development, production };

describe("the application stack of staging", () => {
  test("consists of these resources", () => {
    expect(typesOf(application)).toEqual([
      "2 aws_apigatewayv2_api", // websocket, http
      "4 aws_apigatewayv2_integration", // one per route
      "4 aws_apigatewayv2_route", // $connect, $disconnect, $default, POST /broadcast/comments
      "1 aws_apigatewayv2_route_response", // the echo of $default
      "2 aws_apigatewayv2_stage",
      "7 aws_cloudwatch_log_group", // one per function and stage
      "8 aws_dynamodb_table", // posts, comments, favorites, connections, subscriptions, tally, users, tickets
      "5 aws_iam_role", // one per function
      "5 aws_iam_role_policy", // what it uses
      "1 aws_kms_alias",
      "1 aws_kms_key", // signing
      "5 aws_lambda_function", // connect, disconnect, default, broadcast, api
      "1 aws_lambda_function_url", // of api
      "6 aws_lambda_permission", // one per route, and two for the Function URL
      "1 docker_image", // of api
      "1 docker_registry_image",
    ]);
  });

  test("is, value by value", () => {
    expect(text(linesOf(application))).toMatchSnapshot();
  });
});

test.each(Object.entries(otherwise))("%s differs from staging in these values", (name, environment) => {
  const other = synthesizeEnvironment({ ...environment, account }).application;
  const values = difference(linesOf(application), staging.name, linesOf(other), environment.name);
  expect(values.join("\n")).toMatchSnapshot(name);
});

describe("an image that is there already", () => {
  const digest = `sha256:${"0123456789abcdef".repeat(4)}`;

  test("is deployed without Docker", () => {
    const { application: stack } = synthesizeEnvironment(undefined, { ...artifacts, imageDigest: digest });
    expect(stack.provider).not.toHaveProperty("docker");
    expect(stack.terraform.required_providers).not.toHaveProperty("docker");
    expect(Object.keys(stack.resource).filter((type) => type.startsWith("docker"))).toEqual([]);
    expect(resourcesOf(stack)["aws_lambda_function.api"]?.image_uri).toBe(
      `123456789012.dkr.ecr.ap-northeast-1.amazonaws.com/blogapp-staging-api@${digest}`,
    );
  });
});

test("has a name for every value that people look for", () => {
  expect(application.output).toEqual({
    FunctionUrlEndpoint: { value: `\${aws_lambda_function_url.api_url.function_url}` },
    WebSocketURL: {
      value: `wss://\${aws_apigatewayv2_api.websocket.id}.execute-api.ap-northeast-1.amazonaws.com/staging`,
    },
    BroadcastApiUrl: {
      value: `https://\${aws_apigatewayv2_api.http.id}.execute-api.ap-northeast-1.amazonaws.com/staging/broadcast/comments`,
    },
    ECRRepositoryURI: { value: "123456789012.dkr.ecr.ap-northeast-1.amazonaws.com/blogapp-staging-api" },
  });
});
