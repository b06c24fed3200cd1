import { describe, expect, test } from "@jest/globals";
import { boundaryPolicy, deployerPolicy } from "../../../commands/rights/deployer";
import type { PolicyDocument } from "../../../commands/rights/policy-document";
import { RESOURCE_RIGHTS } from "../../../commands/rights/resource-rights";
import { account, environment, resourcesOf, type StackJson, synthesizeEnvironment } from "../../support/synth";

const { application, repository } = synthesizeEnvironment();
const stacks = [application, repository];
const types = stacks.flatMap(({ resource }) => Object.keys(resource));
const names =
  /:(role\/|function:|table\/|repository\/|alarm:|schedule(-group)?\/)?blogapp-staging-\*|:blogapp-staging-\*/;

/** Tells whether a policy's statements, without their conditions, match an action on a resource. */
function allows({ Statement }: PolicyDocument, action: string, resource: string): boolean {
  const like = (pattern: string, text: string) =>
    new RegExp(`^${pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*")}$`).test(text);
  const matches = (effect: string) =>
    Statement.some(
      ({ Effect, Action, Resource, Condition }) =>
        Effect === effect &&
        (effect === "Allow" || Condition === undefined) &&
        Action.some((pattern) => like(pattern, action)) &&
        Resource.some((pattern) => like(pattern, resource)),
    );
  return matches("Allow") && !matches("Deny");
}

describe("what deploying takes", () => {
  test("is written down for every type of resource that the stacks hold, and for no others but background ones", () => {
    expect([...new Set(types)].filter((type) => !(type in RESOURCE_RIGHTS))).toEqual([]);
  });

  test("a type without rights is named, with the place to add it", () => {
    expect(() => deployerPolicy(environment, "plan", ["aws_sqs_queue", "aws_thing"])).toThrow(
      'resource type: "aws_thing" has no rights written down, so that nobody could be given those to deploy it; add it to commands/rights/resource-rights.ts',
    );
  });

  test("has room in the policies of a role, whatever the environment is called", () => {
    const longest = { ...environment, name: "a".repeat(24), region: "ap-northeast-1" };
    const everything = Object.keys(RESOURCE_RIGHTS);
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
    expect(JSON.stringify(deployerPolicy(longest, "apply", everything)).length).toBeLessThan(10_240);
    expect(JSON.stringify(boundaryPolicy(longest)).length).toBeLessThan(6_144);
  });
});

describe("planning", () => {
  const policy = deployerPolicy(environment, "plan", types);
  const actions = policy.Statement.flatMap(({ Action }) => Action);

  test("only reads, and no data that users wrote", () => {
    expect(actions.filter((action) => !/:(Get|List|Describe|BatchGetImage|GET)/.test(action))).toEqual([]);
    expect(actions.filter((action) => /GetItem|Query|Scan|GetRecords|GetSecretValue/.test(action))).toEqual([]);
  });

  test("reads this environment's states and no others", () => {
    const state = (name: string) => `arn:aws:s3:::blogapp-tfstate-${account}-ap-northeast-1/blogapp/${name}.tfstate`;
    expect(allows(policy, "s3:GetObject", state("staging/staging"))).toBe(true);
    expect(allows(policy, "s3:GetObject", state("production/production"))).toBe(false);
    expect(allows(policy, "s3:PutObject", state("staging/staging"))).toBe(false);
  });
});

describe("applying", () => {
  const policy = deployerPolicy(environment, "apply", types);
  const arn = (service: string, resource: string) => `arn:aws:${service}:ap-northeast-1:${account}:${resource}`;
  const role = (name: string) => `arn:aws:iam::${account}:role/${name}`;

  test.each([
    ["lambda:UpdateFunctionCode", arn("lambda", "function:blogapp-staging-api")],
    ["dynamodb:CreateTable", arn("dynamodb", "table/blogapp-staging-posts")],
    ["iam:PassRole", role("blogapp-staging-api")],
    ["iam:CreateRole", role("blogapp-staging-api")],
    ["logs:CreateLogDelivery", "*"],
    [
      "s3:DeleteObject",
      `arn:aws:s3:::blogapp-tfstate-${account}-ap-northeast-1/blogapp/staging/staging.tfstate.tflock`,
    ],
    ["kms:ScheduleKeyDeletion", arn("kms", "key/1")],
    ["lambda:DeleteFunctionUrlConfig", arn("lambda", "function:blogapp-staging-api")],
  ])("may %s on %s", (action, resource) => {
    expect(allows(policy, action, resource)).toBe(true);
  });

  test.each([
    ["lambda:UpdateFunctionCode", arn("lambda", "function:blogapp-production-api")],
    ["dynamodb:DeleteTable", arn("dynamodb", "table/somebodys")],
    ["dynamodb:GetItem", arn("dynamodb", "table/blogapp-staging-posts")],
    ["iam:PassRole", role("administrator")],
    ["iam:CreateRole", role("administrator")],
    ["iam:UpdateAssumeRolePolicy", role("blogapp-staging-api")],
    ["iam:DeleteRolePermissionsBoundary", role("blogapp-staging-api")],
    ["iam:PutRolePolicy", role("terrace-blogapp-staging-apply")],
    ["iam:CreatePolicyVersion", `arn:aws:iam::${account}:policy/terrace-blogapp-staging-boundary`],
    ["iam:AttachRolePolicy", role("blogapp-staging-api")],
    ["iam:CreateUser", `arn:aws:iam::${account}:user/me`],
    ["s3:DeleteObject", `arn:aws:s3:::blogapp-tfstate-${account}-ap-northeast-1/blogapp/staging/staging.tfstate`],
    [
      "s3:DeleteObjectVersion",
      `arn:aws:s3:::blogapp-tfstate-${account}-ap-northeast-1/blogapp/staging/staging.tfstate`,
    ],
  ])("may not %s on %s", (action, resource) => {
    expect(allows(policy, action, resource)).toBe(false);
  });

  test("changes nothing outside the environment's names but what AWS gives no names to", () => {
    const wide = policy.Statement.filter(
      ({ Effect, Resource, Condition }) =>
        Effect === "Allow" && Condition === undefined && !Resource.every((resource) => names.test(resource)),
    ).flatMap(({ Action }) => Action);
    const changes = wide.filter((action) => !/:(Get|List|Describe|GET)/.test(action));
    expect(changes.sort()).toEqual([
      "apigateway:DELETE",
      "apigateway:PATCH",
      "apigateway:POST",
      "apigateway:PUT",
      "apigateway:TagResource",
      "apigateway:UntagResource",
      // APIs have ids, not names: the stage is ours.
      "execute-api:Invoke",
      "kms:CreateAlias",
      "kms:DeleteAlias",
      "kms:TagResource",
      "kms:UpdateAlias",
      "lambda:TagResource",
      "lambda:UntagResource",
      "logs:CreateLogDelivery",
      "logs:CreateLogGroup",
      "logs:DeleteLogDelivery",
      "logs:DeleteLogGroup",
      "logs:PutResourcePolicy",
      "logs:PutRetentionPolicy",
      "logs:TagResource",
      "logs:UntagResource",
      "logs:UpdateLogDelivery",
      "s3:AbortMultipartUpload",
      "s3:DeleteObject",
      "s3:PutObject",
    ]);
  });

  test("roles are made and given policies only with the boundary, and passed only to the services that act with them", () => {
    const conditions = policy.Statement.filter(({ Action }) =>
      Action.some((action) => /CreateRole|PutRole|Pass/.test(action)),
    );
    expect(conditions.map(({ Condition }) => Condition)).toEqual(
      expect.arrayContaining([
        {
          StringEquals: {
            "iam:PermissionsBoundary": `arn:aws:iam::${account}:policy/terrace-blogapp-staging-boundary`,
          },
        },
        { StringEquals: { "iam:PassedToService": "lambda.amazonaws.com" } },
      ]),
    );
    expect(conditions.every(({ Condition, Effect }) => Effect === "Deny" || Condition !== undefined)).toBe(true);
  });

  test("items are read and written for a destruction and a restore only where nothing is protected", () => {
    const items = (deletionProtection: boolean) =>
      deployerPolicy({ ...environment, deletionProtection }, "apply", [])
        .Statement.flatMap(({ Action }) => Action)
        .filter((action) => /^dynamodb:/.test(action));
    expect([items(false), items(true)]).toEqual([["dynamodb:PutItem", "dynamodb:Scan"], []]);
  });

  test("what cannot be brought back may not be deleted while the environment is protected", () => {
    const guarded = deployerPolicy({ ...environment, deletionProtection: true }, "apply", types);
    for (const [action, resource] of [
      ["kms:ScheduleKeyDeletion", arn("kms", "key/1")],
      ["lambda:DeleteFunctionUrlConfig", arn("lambda", "function:blogapp-staging-api")],
      ["ecr:DeleteRepository", arn("ecr", "repository/blogapp-staging-api")],
    ] as const)
      expect([action, allows(guarded, action, resource)]).toEqual([action, false]);
  });
});

describe("the boundary of roles", () => {
  const boundary = boundaryPolicy(environment);

  test("lets every function do what its own policy says", () => {
    const outside = stacks.flatMap((stack) =>
      Object.entries(resourcesOf(stack))
        .filter(([address]) => address.startsWith("aws_iam_role_policy."))
        .flatMap(([address, { policy }]) =>
          statementsOf(policy).flatMap(({ Action, Resource }) =>
            Action.flatMap((action) =>
              Resource.map((resource) => resolved(resource, stack))
                .filter((resource) => !allows(boundary, action, resource))
                .map((resource) => `${address}: ${action} on ${resource}`),
            ),
          ),
        ),
    );
    expect(outside).toEqual([]);
  });

  test("lets none manage anything, or reach another environment", () => {
    const arn = (service: string, resource: string) => `arn:aws:${service}:ap-northeast-1:${account}:${resource}`;
    expect(allows(boundary, "dynamodb:GetItem", arn("dynamodb", "table/blogapp-production-posts"))).toBe(false);
    expect(allows(boundary, "dynamodb:DeleteTable", arn("dynamodb", "table/blogapp-staging-posts"))).toBe(false);
    expect(allows(boundary, "iam:CreateRole", `arn:aws:iam::${account}:role/blogapp-staging-api`)).toBe(false);
  });
});

interface Written {
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
}

/** The statements of a policy as the stacks write it. */
function statementsOf(policy: unknown): readonly Written[] {
  const { Statement }: { readonly Statement: readonly Written[] } = JSON.parse(String(policy));
  return Statement;
}

/** Puts the ARNs of this environment's resources in the place of references, as AWS would make them. */
function resolved(text: string, stack: StackJson): string {
  const at = (service: string, resource: string) => `arn:aws:${service}:ap-northeast-1:${account}:${resource}`;
  return text.replace(/\$\{(\w+)\.([\w-]+)\.(\w+)\}/g, (_, type: string, name: string, attribute: string) => {
    const body = resourcesOf(stack)[`${type}.${name}`] ?? {};
    switch (`${type}.${attribute}`) {
      case "aws_dynamodb_table.arn":
        return at("dynamodb", `table/${body.name}`);
      case "aws_dynamodb_table.stream_arn":
        return at("dynamodb", `table/${body.name}/stream/2026-01-01T00:00:00.000`);
      case "aws_cloudwatch_log_group.arn":
        return at("logs", `log-group:${body.name}`);
      case "aws_kms_key.arn":
        return at("kms", "key/1");
      case "aws_sqs_queue.arn":
        return at("sqs", String(body.name));
      case "aws_lambda_function.arn":
        return at("lambda", `function:${body.function_name}`);
      case "aws_apigatewayv2_api.execution_arn":
        return at("execute-api", "a1b2c3");
      case "aws_apigatewayv2_stage.execution_arn":
        return at("execute-api", "a1b2c3/staging");
      default:
        throw new Error(`what is ${type}.${name}.${attribute}?`);
    }
  });
}
