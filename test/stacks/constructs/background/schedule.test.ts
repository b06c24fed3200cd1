import { describe, expect, test } from "@jest/globals";
import { Schedule } from "../../../../stacks/constructs/background/schedule";
import { zip } from "../../../../stacks/constructs/code";
import { Lambda } from "../../../../stacks/constructs/lambda";
import { echoUses } from "../../../support/echo";
import { artifacts, entry, environment, synthesizeConstruct } from "../../../support/synth";

const scheduled = (expression: string) =>
  synthesizeConstruct((scope) => {
    const target = new Lambda(scope, "work", {
      environment,
      entry: "websocket-default",
      size: { memoryMegabytes: 256, timeoutSeconds: 60 },
      code: zip(artifacts, "nodejs24.x"),
      uses: echoUses,
    });
    new Schedule(scope, "hourly", { environment, name: "work", target, expression });
  });
const json = (value: unknown) => JSON.parse(String(value));

describe("a schedule", () => {
  const resources = scheduled("rate(1 hour)");

  test("calls its function at the time itself, in UTC, with a constant event", () => {
    expect(entry(resources, "aws_scheduler_schedule.hourly")).toEqual({
      name: "blogapp-staging-work-schedule",
      group_name: `\${aws_scheduler_schedule_group.hourly_group.name}`,
      schedule_expression: "rate(1 hour)",
      schedule_expression_timezone: "UTC",
      flexible_time_window: { mode: "OFF" },
      target: {
        arn: `\${aws_lambda_function.work.arn}`,
        role_arn: `\${aws_iam_role.hourly_role.arn}`,
        input: '{"source":"work.schedule"}',
        retry_policy: { maximum_retry_attempts: 2, maximum_event_age_in_seconds: 3_600 },
        dead_letter_config: { arn: `\${aws_sqs_queue.hourly_dead-letters.arn}` },
      },
      depends_on: ["aws_iam_role_policy.hourly_invoke", "aws_lambda_function_event_invoke_config.hourly_failures"],
    });
  });

  test("has a role that nobody but the schedules of its group can take, and that may call this function only", () => {
    expect(json(entry(resources, "aws_iam_role.hourly_role").assume_role_policy).Statement).toEqual([
      {
        Effect: "Allow",
        Action: "sts:AssumeRole",
        Principal: { Service: "scheduler.amazonaws.com" },
        Condition: {
          StringEquals: {
            "aws:SourceAccount": environment.account,
            "aws:SourceArn": `\${aws_scheduler_schedule_group.hourly_group.arn}`,
          },
        },
      },
    ]);
    const letters = {
      Effect: "Allow",
      Action: ["sqs:SendMessage"],
      Resource: [`\${aws_sqs_queue.hourly_dead-letters.arn}`],
    };
    expect(json(entry(resources, "aws_iam_role_policy.hourly_invoke").policy).Statement).toEqual([
      { Effect: "Allow", Action: ["lambda:InvokeFunction"], Resource: [`\${aws_lambda_function.work.arn}`] },
      letters,
    ]);
    expect(json(entry(resources, "aws_iam_role_policy.hourly_policy").policy).Statement).toEqual([letters]);
  });

  test("repeats a call that failed twice, and keeps it as a dead letter then", () => {
    expect(entry(resources, "aws_lambda_function_event_invoke_config.hourly_failures")).toEqual({
      function_name: `\${aws_lambda_function.work.function_name}`,
      maximum_retry_attempts: 2,
      maximum_event_age_in_seconds: 3_600,
      destination_config: { on_failure: { destination: `\${aws_sqs_queue.hourly_dead-letters.arn}` } },
      depends_on: ["aws_iam_role_policy.hourly_policy"],
    });
  });

  test("takes rates and cron expressions, and refuses what is neither", () => {
    expect(entry(scheduled("cron(0 3 * * ? *)"), "aws_scheduler_schedule.hourly")).toMatchObject({
      schedule_expression: "cron(0 3 * * ? *)",
    });
    expect(() => scheduled("every hour")).toThrow('"every hour": write one such as "rate(1 hour)"');
  });
});
