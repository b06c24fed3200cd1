import { ApiGatewayV2Client, GetApisCommand, GetIntegrationsCommand } from "@aws-sdk/client-apigatewayv2";
import { GetRoleCommand, IAMClient, NoSuchEntityException } from "@aws-sdk/client-iam";
import {
  DescribeKeyCommand,
  type KeyMetadata,
  KMSClient,
  ListAliasesCommand,
  ListKeysCommand,
  ListResourceTagsCommand,
} from "@aws-sdk/client-kms";
import {
  GetFunctionCommand,
  GetPolicyCommand,
  LambdaClient,
  ListEventSourceMappingsCommand,
} from "@aws-sdk/client-lambda";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { findersOf, findLeftovers } from "../../../commands/takeover/take-over";
import { failure } from "../../support/doubles/aws/account";
import { PlayedClient } from "../../support/doubles/aws/client";
import { startFakeAws } from "../../support/doubles/servers/aws";
import { environment } from "../../support/staging";

const gateway = new PlayedClient(ApiGatewayV2Client);
const roles = new PlayedClient(IAMClient);
const keys = new PlayedClient(KMSClient);
const lambda = new PlayedClient(LambdaClient);
let destroy: () => void;
let leftovers: (resource: object) => ReturnType<typeof findLeftovers>;
beforeEach(() => {
  for (const mock of [gateway, roles, keys, lambda]) mock.reset();
  const made = findersOf(environment);
  destroy = made.destroy;
  leftovers = (resource) => findLeftovers(environment, { resource }, "", made.finders);
});
afterEach(() => destroy());

const TAGS = { Project: "blogapp", Environment: "staging" };
const api = { aws_apigatewayv2_api: { http: { name: "blogapp-staging-http" } } };

test("an API is known by name and tags, and two of them are for a person to decide", async () => {
  const named = { Name: "blogapp-staging-http", ProtocolType: "HTTP" as const, RouteSelectionExpression: "" };
  gateway.on(GetApisCommand, ({ NextToken }) =>
    NextToken === "more"
      ? { Items: [{ ...named, ApiId: "ours", Tags: TAGS }] }
      : { Items: [{ ...named, ApiId: "theirs" }], NextToken: "more" },
  );
  expect(await leftovers(api)).toEqual([{ to: "aws_apigatewayv2_api.http", id: "ours" }]);
  gateway.reset();
  const two = ["one", "two"].map((ApiId) => ({ ...named, ApiId, Tags: TAGS }));
  gateway.on(GetApisCommand, { Items: two });
  await expect(leftovers(api)).rejects.toThrow("is there 2 times (one, two), and the state knows none of them");
});

test("an integration is known by the function that it calls", async () => {
  const named = { Name: "blogapp-staging-http", ProtocolType: "HTTP" as const, RouteSelectionExpression: "" };
  gateway.on(GetApisCommand, { Items: [{ ...named, ApiId: "a", Tags: TAGS }] });
  const uri = (name: string) =>
    `arn:aws:apigateway:r:lambda:path/2015-03-31/functions/arn:aws:lambda:r:1:function:${name}/invocations`;
  gateway.on(GetIntegrationsCommand, {
    Items: [
      { IntegrationId: "1", IntegrationUri: uri("blogapp-staging-api") },
      { IntegrationId: "2", IntegrationUri: uri("blogapp-staging-broadcast") },
    ],
  });
  lambda.on(GetFunctionCommand, () => {
    throw failure("ResourceNotFoundException");
  });
  const imports = await leftovers({
    ...api,
    aws_lambda_function: { broadcast: { function_name: "blogapp-staging-broadcast" } },
    aws_apigatewayv2_integration: {
      one: {
        api_id: `\${aws_apigatewayv2_api.http.id}`,
        integration_uri: `\${aws_lambda_function.broadcast.invoke_arn}`,
      },
    },
  });
  expect(imports).toContainEqual({ to: "aws_apigatewayv2_integration.one", id: "a/2" });
});

const key = {
  aws_kms_key: { signing: { description: "Signs for staging" } },
  aws_kms_alias: { alias: { name: "alias/blogapp-staging-signing", target_key_id: `\${aws_kms_key.signing.key_id}` } },
};

test("a key is known by its alias, and before that was made by its tags; one that is being deleted is not", async () => {
  keys.on(ListAliasesCommand, {
    Aliases: [{ AliasName: "alias/blogapp-staging-signing", TargetKeyId: "k1" }],
  });
  expect(await leftovers(key)).toContainEqual({ to: "aws_kms_key.signing", id: "k1" });
  keys.reset();
  keys.on(ListAliasesCommand, { Aliases: [] });
  keys.on(ListKeysCommand, { Keys: [{ KeyId: "k1" }, { KeyId: "k2" }, { KeyId: "k3" }] });
  const ours = { KeyManager: "CUSTOMER", KeyState: "Enabled", Description: "Signs for staging" } as const;
  const described = new Map<string, KeyMetadata>([
    ["k1", { ...ours, KeyId: "k1", KeyState: "PendingDeletion" }],
    ["k2", { ...ours, KeyId: "k2", Description: "somebody's" }],
    ["k3", { ...ours, KeyId: "k3" }],
  ]);
  keys.on(DescribeKeyCommand, ({ KeyId }) => ({ KeyMetadata: described.get(KeyId) }));
  const Tags = Object.entries(TAGS).map(([TagKey, TagValue]) => ({ TagKey, TagValue }));
  keys.on(ListResourceTagsCommand, { Tags });
  expect(await leftovers(key)).toEqual([{ to: "aws_kms_key.signing", id: "k3" }]);
});

test("a permission is known by its statement, a mapping by its function and source", async () => {
  lambda.on(GetPolicyCommand, { Policy: JSON.stringify({ Statement: [{ Sid: "http-route" }] }) });
  lambda.on(ListEventSourceMappingsCommand, {
    EventSourceMappings: [
      {
        UUID: "u1",
        FunctionArn: "arn:aws:lambda:r:1:function:f",
        EventSourceArn: "arn:aws:dynamodb:r:1:table/posts/stream/2026-01-01T00:00:00.000",
      },
    ],
  });
  const imports = await leftovers({
    aws_lambda_permission: {
      there: { function_name: "f", statement_id: "http-route" },
      absent: { function_name: "f", statement_id: "another" },
    },
    aws_dynamodb_table: {},
    aws_lambda_event_source_mapping: {
      posts: { function_name: "f", event_source_arn: `\${aws_dynamodb_table.posts.stream_arn}` },
    },
  }).catch((error: unknown) => error);
  expect(imports).toContainEqual({ to: "aws_lambda_permission.there", id: "f/http-route" });
  expect(imports).not.toContainEqual(expect.objectContaining({ to: "aws_lambda_permission.absent" }));
});

test("what a service calls absent is absent, and any other failure is one", async () => {
  const role = { aws_iam_role: { one: { name: "blogapp-staging-api" } } };
  roles.on(GetRoleCommand, () => {
    throw new NoSuchEntityException({ message: "none", $metadata: {} });
  });
  expect(await leftovers(role)).toEqual([]);
  roles.on(GetRoleCommand, () => {
    throw failure("AccessDenied", "no right");
  });
  await expect(leftovers(role)).rejects.toThrow("no right");
});

test("a queue that the state knows is asked about where the variables say, and not where its address leads", async () => {
  const aws = await startFakeAws("123456789012");
  aws.answer = async (operation) =>
    operation === "AmazonSQS.GetQueueAttributes" ? { Attributes: { RedrivePolicy: "{}" } } : {};
  const variables = { AWS_ENDPOINT_URL: aws.url, AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test" };
  const before = { ...process.env };
  Object.assign(process.env, variables);
  const made = findersOf(environment);
  try {
    const url = "https://sqs.ap-northeast-1.amazonaws.com/123456789012/deletions";
    const resource = { aws_sqs_queue_redrive_policy: { redrive: { queue_url: url } } };
    expect(await findLeftovers(environment, { resource }, "", made.finders)).toEqual([
      { to: "aws_sqs_queue_redrive_policy.redrive", id: url },
    ]);
  } finally {
    process.env = before;
    made.destroy();
    await aws.close();
  }
});
