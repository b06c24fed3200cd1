import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { LambdaFunctionEventInvokeConfig } from "@cdktf/provider-aws/lib/lambda-function-event-invoke-config";
import { SchedulerSchedule } from "@cdktf/provider-aws/lib/scheduler-schedule";
import { SchedulerScheduleGroup } from "@cdktf/provider-aws/lib/scheduler-schedule-group";
import { Construct } from "constructs";
import type { Environment } from "../../../environments/environment";
import { physicalName } from "../../../environments/names";
import { policyOf } from "../access";
import type { Lambda } from "../lambda";
import { DeadLetters } from "./dead-letters";
import { addSourcePolicy } from "./source-policy";

/** The times that a call is repeated, both of Scheduler's that did not arrive and of Lambda's that failed. */
const RETRIES = 2;
/** The seconds after which a call is not repeated any more; AWS takes no fewer than 60. */
const OLDEST = 60 * 60;

export interface ScheduleProps {
  readonly environment: Pick<Environment, "name" | "account" | "alarms">;
  /** The end of the physical names: up to 17 characters. */
  readonly name: string;
  readonly target: Lambda;
  /** When the function is called, in UTC: `rate(1 hour)` or `cron(0 3 * * ? *)`; see https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html */
  readonly expression: string;
}

/**
 * Calls a function from time to time, at least once each time. Calls may overlap, and nobody hears what they answer: one
 * that failed is repeated twice, and is then a dead letter.
 */
export class Schedule extends Construct {
  constructor(scope: Construct, id: string, { environment, name, target, expression }: ScheduleProps) {
    super(scope, id);
    if (!/^(rate|cron)\(.+\)$/.test(expression))
      throw new Error(
        `${this.node.path} has the expression "${expression}": write one such as "rate(1 hour)" or "cron(0 3 * * ? *)".`,
      );
    const thing = physicalName(environment, `${name}-schedule`);
    const deadLetters = new DeadLetters(this, "dead-letters", { environment, of: name });
    deadLetters.accept();
    const group = new SchedulerScheduleGroup(this, "group", { name: thing });

    // https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
    const role = new IamRole(this, "role", {
      name: thing,
      assumeRolePolicy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Action: "sts:AssumeRole",
            Principal: { Service: "scheduler.amazonaws.com" },
            Condition: {
              StringEquals: { "aws:SourceAccount": environment.account, "aws:SourceArn": group.arn },
            },
          },
        ],
      }),
    });
    const mayInvoke = new IamRolePolicy(this, "invoke", {
      name: thing,
      role: role.name,
      policy: policyOf([{ actions: ["lambda:InvokeFunction"], resources: [target.arn] }, deadLetters.send]),
    });
    const policy = addSourcePolicy(this, target, thing, [deadLetters.send]);
    const failures = new LambdaFunctionEventInvokeConfig(this, "failures", {
      functionName: target.functionName,
      maximumRetryAttempts: RETRIES,
      maximumEventAgeInSeconds: OLDEST,
      destinationConfig: { onFailure: { destination: deadLetters.arn } },
      dependsOn: [policy],
    });
    new SchedulerSchedule(this, "Default", {
      name: thing,
      groupName: group.name,
      scheduleExpression: expression,
      scheduleExpressionTimezone: "UTC",
      flexibleTimeWindow: { mode: "OFF" },
      target: {
        arn: target.arn,
        roleArn: role.arn,
        // The function gets this and nothing else. Without it AWS makes one up.
        input: JSON.stringify({ source: `${name}.schedule` }),
        retryPolicy: { maximumRetryAttempts: RETRIES, maximumEventAgeInSeconds: OLDEST },
        deadLetterConfig: { arn: deadLetters.arn },
      },
      dependsOn: [mayInvoke, failures],
    });
  }
}
