import { describe, expect, test } from "@jest/globals";
import type { Construct } from "constructs";
import { access } from "../../../stacks/constructs/access";
import { zip } from "../../../stacks/constructs/code";
import { door } from "../../../stacks/constructs/door";
import { Lambda } from "../../../stacks/constructs/lambda";
import { settings } from "../../../stacks/constructs/settings";
import { echoUses } from "../../support/echo";
import { artifacts, entry, environment, synthesizeConstruct } from "../../support/synth";

const common = settings(environment);
const table = access("DYNAMODB_CONNECTIONS_TABLE", "connections", {
  actions: ["dynamodb:PutItem"],
  resources: ["arn:connections"],
});
const others = {
  variables: {
    ...door(environment).variables,
    DYNAMODB_SUBSCRIPTIONS_TABLE: "subscriptions",
    DYNAMODB_WEBSOCKET_USERS_TABLE: "users",
    DYNAMODB_TICKETS_TABLE: "tickets",
    DYNAMODB_CONNECTION_TALLY_TABLE: "tally",
    SIGNING_KEY_ID: "key",
  },
  statements: [],
};
const other = access("SOMETHING_ELSE", "1");
const connect = {
  environment,
  entry: "websocket-connect",
  size: { memoryMegabytes: 256, timeoutSeconds: 29 },
  code: zip(artifacts, "nodejs24.x"),
} as const;

const resources = synthesizeConstruct((scope) => {
  new Lambda(scope, "connect", { ...connect, uses: [common, table, others] });
});

describe("a function", () => {
  test("is one of the environment's size and architecture, with the variables of what it uses", () => {
    expect(entry(resources, "aws_lambda_function.connect")).toMatchObject({
      function_name: "blogapp-staging-websocket-connect",
      package_type: "Zip",
      handler: "index.handler",
      runtime: "nodejs24.x",
      architectures: ["arm64"],
      memory_size: 256,
      timeout: 29,
      environment: {
        variables: {
          APP_ENVIRONMENT: "staging",
          LOG_LEVEL: "INFO",
          DYNAMODB_CONNECTIONS_TABLE: "connections",
          DYNAMODB_CONNECTION_TALLY_TABLE: "tally",
        },
      },
    });
  });

  test("that nobody waits for may run for fifteen minutes", () => {
    const size = { memoryMegabytes: 512, timeoutSeconds: 900 };
    const background = synthesizeConstruct((scope) => {
      new Lambda(scope, "nightly", { ...connect, size, uses: [common, table, others] });
    });
    expect(entry(background, "aws_lambda_function.nightly")).toMatchObject({ memory_size: 512, timeout: 900 });
  });

  test("has a log group of its own, which is there before it", () => {
    expect(entry(resources, "aws_cloudwatch_log_group.connect_logs")).toEqual({
      name: "/aws/lambda/blogapp-staging-websocket-connect",
      retention_in_days: 14,
    });
    expect(entry(resources, "aws_lambda_function.connect").depends_on).toEqual([
      "aws_cloudwatch_log_group.connect_logs",
      "aws_iam_role_policy.connect_role_policy",
    ]);
  });

  test("may write its log, do what it uses, and nothing else", () => {
    const { policy } = entry(resources, "aws_iam_role_policy.connect_role_policy");
    expect(JSON.parse(String(policy)).Statement).toEqual([
      {
        Effect: "Allow",
        Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
        Resource: [`\${aws_cloudwatch_log_group.connect_logs.arn}:log-stream:*`],
      },
      { Effect: "Allow", Action: ["dynamodb:PutItem"], Resource: ["arn:connections"] },
    ]);
    expect(entry(resources, "aws_lambda_function.connect").role).toBe(`\${aws_iam_role.connect_role.arn}`);
  });
});

test("a function raises alarms for failed invocations and for refused ones", () => {
  const alarmed = { ...environment, alarms: { notifyTopicArns: [] } };
  const alarms = synthesizeConstruct((scope) => {
    new Lambda(scope, "connect", { ...connect, environment: alarmed, uses: [common, table, others] });
  });
  for (const [id, metric] of [
    ["errors", "Errors"],
    ["throttles", "Throttles"],
  ])
    expect(entry(alarms, `aws_cloudwatch_metric_alarm.connect_${id}`)).toMatchObject({
      alarm_name: `blogapp-staging-websocket-connect ${metric}`,
      namespace: "AWS/Lambda",
      metric_name: metric,
      dimensions: { FunctionName: `\${aws_lambda_function.connect.function_name}` },
      threshold: 1,
    });
});

describe("the variables a handler reads", () => {
  // The compiler checks what it accepts. What it refuses is checked by these lines, which fail if it does not.
  const compiled = (_define: (scope: Construct) => void) => expect(_define).toBeInstanceOf(Function);

  test("have to be there, or it does not compile", () => {
    // @ts-expect-error the handler also reads: "DYNAMODB_CONNECTIONS_TABLE"
    compiled((scope) => new Lambda(scope, "connect", { ...connect, uses: [common, others] }));
    // @ts-expect-error the handler also reads: "APP_ENVIRONMENT" | "LOG_LEVEL"
    compiled((scope) => new Lambda(scope, "connect", { ...connect, uses: [table, others] }));
    // @ts-expect-error the handler also reads all of them
    compiled((scope) => new Lambda(scope, "connect", { ...connect, uses: [] }));
  });

  test("are all that is there, or it does not compile", () => {
    // @ts-expect-error the handler does not read: "SOMETHING_ELSE"
    compiled((scope) => new Lambda(scope, "connect", { ...connect, uses: [common, table, tally, other] }));
  });

  test("are those of the entry that is named, or it does not compile", () => {
    const echo = { ...connect, entry: "websocket-default" } as const;
    const tickets = access("DYNAMODB_TICKETS_TABLE", "tickets");
    // @ts-expect-error the handler does not read: "DYNAMODB_TICKETS_TABLE"
    compiled((scope) => new Lambda(scope, "x", { ...echo, uses: [...echoUses, tickets] }));
    // @ts-expect-error no file exports this name
    compiled((scope) => new Lambda(scope, "x", { ...connect, entry: "connect", uses: [common, table, others] }));
  });

  test("cannot be provided under another name, or under a name the compiler does not know", () => {
    // @ts-expect-error the handler also reads: "DYNAMODB_CONNECTIONS_TABLE"
    compiled((scope) => new Lambda(scope, "connect", { ...connect, uses: [common, tally, other] }));
    const variable: string = "DYNAMODB_CONNECTIONS_TABLE";
    const unknown = access(variable, "connections");
    // @ts-expect-error the handler does not read: string
    compiled((scope) => new Lambda(scope, "connect", { ...connect, uses: [common, tally, unknown] }));
  });
});
