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
      "11 aws_cloudwatch_log_group", // one per function and stage
      "9 aws_dynamodb_table", // posts, comments, favorites, connections, subscriptions, tally, progress, users, tickets
      "10 aws_iam_role", // one per function, and one of the schedule
      "15 aws_iam_role_policy", // what it uses, and what feeds it
      "1 aws_kms_alias",
      "1 aws_kms_key", // signing
      "5 aws_lambda_event_source_mapping", // deliveries, deletions, and the streams: of posts twice, of comments
      "9 aws_lambda_function", // connect, disconnect, default, broadcast, api, announce, deliver-segments, finish-deletions, sweep
      "1 aws_lambda_function_event_invoke_config", // of sweep
      "1 aws_lambda_function_url", // of api
      "6 aws_lambda_permission", // one per route, and two for the Function URL
      "1 aws_scheduler_schedule", // hourly
      "1 aws_scheduler_schedule_group",
      "7 aws_sqs_queue", // deliveries, deletions, and the dead letters of queues, stream and schedule
      "5 aws_sqs_queue_redrive_allow_policy", // one per queue of dead letters
      "2 aws_sqs_queue_redrive_policy", // of deliveries and deletions
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
    // What Docker built before is forgotten, for which Terraform needs the provider, and the provider no Docker.
    expect(stack.provider.docker).toEqual([{ disable_docker_daemon_check: true }]);
    expect(stack).toMatchObject({
      removed: [
        { from: "docker_image.api_image" },
        { from: "docker_registry_image.api_image_push" },
        { from: "aws_apigatewayv2_deployment.websocket_stage_deployment" },
      ],
    });
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
