import fs from "node:fs";
import { expect, test } from "@jest/globals";
import { readDefinition } from "../../../local/definition/definition";
import { functionEnvironment, localUrls } from "../../../local/lambda/environment";
import { FILE } from "../definition/synthesized";

const definition = readDefinition(fs.readFileSync(FILE, "utf8"), FILE);
const ports = { api: 8000, gateway: 3001, dynamodb: 4566 };
const identity = { arn: "arn", userId: "id", policy: undefined };
const key = { accessKeyId: "ASIAKEY", secretAccessKey: "secret", sessionToken: "token", identity };

test("a function sees Lambda's variables, its own, where the local services are, and no others", () => {
  const target = definition.functions.find(({ bundle }) => bundle === "websocket-connect");
  if (!target) throw new Error("There is no connect function.");
  const logStream = "2026/03/04/[$LATEST]0";
  expect(
    functionEnvironment(definition, target, {
      key,
      file: "/dist/functions/websocket-connect/index.cjs",
      ports,
      logStream,
    }),
  ).toEqual({
    AWS_ACCESS_KEY_ID: "ASIAKEY",
    AWS_DEFAULT_REGION: "ap-northeast-1",
    AWS_ENDPOINT_URL: "http://localhost:4566",
    AWS_ENDPOINT_URL_DYNAMODB: "http://localhost:4566",
    AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "256",
    AWS_LAMBDA_FUNCTION_NAME: "blogapp-development-websocket-connect",
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
    AWS_LAMBDA_LOG_GROUP_NAME: "/aws/lambda/blogapp-development-websocket-connect",
    AWS_LAMBDA_LOG_STREAM_NAME: "2026/03/04/[$LATEST]0",
    AWS_REGION: "ap-northeast-1",
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
    AWS_SECRET_ACCESS_KEY: "secret",
    AWS_SESSION_TOKEN: "token",
    LAMBDA_TASK_ROOT: "/dist/functions/websocket-connect",
    LANG: "en_US.UTF-8",
    PATH: "/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin",
    TZ: ":UTC",
    _HANDLER: "index.handler",
    APP_ENVIRONMENT: "development",
    LOG_LEVEL: "DEBUG",
    DYNAMODB_CONNECTIONS_TABLE: "blogapp-development-websocket-connections",
    DYNAMODB_SUBSCRIPTIONS_TABLE: "blogapp-development-websocket-subscriptions",
    DYNAMODB_WEBSOCKET_USERS_TABLE: "blogapp-development-websocket-users",
    DYNAMODB_TICKETS_TABLE: "blogapp-development-websocket-tickets",
    SIGNING_KEY_ID: expect.stringMatching(/^arn:aws:kms:ap-northeast-1:000000000000:key\//),
    WEBSOCKET_ORIGINS: '["http://localhost:3000","http://localhost:3001"]',
    WEBSOCKET_WITHOUT_ORIGIN: "allowed",
    WEBSOCKET_ANONYMOUS: "on",
    DYNAMODB_CONNECTION_TALLY_TABLE: "blogapp-development-websocket-connection-tally",
  });
});

test("the addresses that AWS would give become those on this machine", () => {
  const { httpApi, webSocketApi, functionUrl } = definition;
  const host = (id: string | undefined) => `${id}.execute-api.ap-northeast-1.amazonaws.com`;
  const local = (value: string) => localUrls(value, definition, ports);
  expect(local(`https://${host(httpApi?.id)}/development/broadcast/comments`)).toBe(
    "http://localhost:3001/development/broadcast/comments",
  );
  expect(local(`wss://${host(webSocketApi?.id)}/development`)).toBe("ws://localhost:3001/development");
  expect(local(`https://${functionUrl?.id}.lambda-url.ap-northeast-1.on.aws/health`)).toBe(
    "http://localhost:8000/health",
  );
  expect(local("https://sqs.ap-northeast-1.amazonaws.com/000000000000/jobs")).toBe(
    "http://localhost:4566/000000000000/jobs",
  );
});

test("every other address stays", () => {
  for (const value of ["https://other.execute-api.ap-northeast-1.amazonaws.com/x", "https://example.com", "text", ""])
    expect(localUrls(value, definition, ports)).toBe(value);
});
