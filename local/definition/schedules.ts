import { scheduleOf } from "../expressions/schedule-expression";
import { readPolicy, union } from "../iam/policy";
import { messageOf, StartError } from "../shared/errors";
import { functionOf } from "./event-sources";
import type { AsyncFailures, FunctionDefinition, ScheduleDefinition } from "./model";
import type { Resource, Terraform } from "./terraform";
import { requireTrust } from "./trust";

/** Lambda's defaults; see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-configuring.html */
const DEFAULT_FAILURES: AsyncFailures = { retries: 2, maximumAgeSeconds: 21_600, onFailure: undefined };

/** Reads the schedules that are on, each with what its role may do and what becomes of calls that fail. */
export function readSchedules(terraform: Terraform, functions: readonly FunctionDefinition[]): ScheduleDefinition[] {
  return terraform
    .all("aws_scheduler_schedule")
    .filter((schedule) => schedule.oneOf("state", ["ENABLED", "DISABLED"], "ENABLED") === "ENABLED")
    .map((schedule) => {
      schedule.block("flexible_time_window")?.oneOf("mode", ["OFF"]);
      schedule.oneOf("schedule_expression_timezone", ["UTC"], "UTC");
      const expression = schedule.text("schedule_expression");
      try {
        scheduleOf(expression);
      } catch (error) {
        throw new StartError(`${schedule.address}: ${messageOf(error)}`);
      }
      const target = schedule.block("target");
      if (!target) throw new StartError(`${schedule.address}: target is missing.`);
      const called = functions.find(({ arn }) => arn === target.text("arn"));
      if (!called)
        throw new StartError(
          `${schedule.address}: the target ${target.text("arn")} is not a function of the definition.`,
        );
      // Without one AWS makes up an event.
      if (!target.has("input")) throw new StartError(`${schedule.address}: a target without input is not emulated.`);
      return {
        name: schedule.text("name"),
        arn: terraform.computed(schedule, "arn"),
        expression,
        function: called,
        input: target.text("input"),
        ...roleOf(terraform, schedule, target.text("role_arn")),
        deadLetters: target.block("dead_letter_config")?.text("arn"),
        failures: failuresOf(terraform, functions, called),
      };
    });
}

function roleOf(terraform: Terraform, schedule: Resource, arn: string) {
  const role = terraform.all("aws_iam_role").find((candidate) => terraform.computed(candidate, "arn") === arn);
  if (!role) throw new StartError(`${schedule.address}: the role ${arn} is not in the definition.`);
  requireTrust(role, "scheduler.amazonaws.com", schedule.address);
  const roleName = role.text("name");
  const policies = terraform.all("aws_iam_role_policy").filter((policy) => policy.text("role") === roleName);
  return {
    roleName,
    policy: union(policies.map((policy) => readPolicy(policy.text("policy"), policy.address))),
  };
}

function failuresOf(
  terraform: Terraform,
  functions: readonly FunctionDefinition[],
  target: FunctionDefinition,
): AsyncFailures {
  const config = terraform
    .all("aws_lambda_function_event_invoke_config")
    .find((candidate) => functionOf(candidate, functions) === target);
  if (!config) return DEFAULT_FAILURES;
  const number = (key: string, fallback: number) => (config.has(key) ? config.number(key) : fallback);
  return {
    retries: number("maximum_retry_attempts", DEFAULT_FAILURES.retries),
    maximumAgeSeconds: number("maximum_event_age_in_seconds", DEFAULT_FAILURES.maximumAgeSeconds),
    onFailure: config.block("destination_config")?.block("on_failure")?.text("destination"),
  };
}
