import { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function";
import { Construct } from "constructs";
import type { Environment, FunctionSize } from "../../environments/environment";
import { lambdaLogGroup, physicalName } from "../../environments/names";
import { type Access, variablesOf } from "./access";
import type { CodeSource } from "./code";
import type { EntryName, VariablesOf } from "./entries";
import { FailureAlarm } from "./failure-alarm";
import { LogGroup } from "./log-group";
import type { Provides } from "./provides";
import { Role } from "./role";

export interface LambdaProps<Name extends EntryName, Uses extends readonly Access[]> {
  readonly environment: Pick<Environment, "name" | "architecture" | "logRetentionDays" | "alarms">;
  /** The entry file to run. Its name is also the function's, after the prefix and the environment's name. */
  readonly entry: Name;
  readonly size: FunctionSize;
  readonly code: CodeSource;
  /** Everything the function needs, variables and permissions together; they have to be what the entry file reads. */
  readonly uses: Uses & Provides<VariablesOf<Name>, Uses>;
}

/**
 * A Lambda function with a role and a log group of its own, and two alarms: for invocations that failed, and for those
 * that Lambda refused because the account's or the function's concurrency was used up.
 *
 * There is no alarm on concurrency itself: the account's quota is nowhere in the definition, so any threshold would be
 * a guess.
 */
export class Lambda<
  const Name extends EntryName = EntryName,
  const Uses extends readonly Access[] = readonly Access[],
> extends Construct {
  /** The name in plain text, where `functionName` makes whoever uses it wait for the function. */
  readonly name: string;
  readonly functionName: string;
  readonly arn: string;
  readonly invokeArn: string;
  readonly roleName: string;
  readonly timeoutSeconds: number;

  constructor(scope: Construct, id: string, props: LambdaProps<Name, Uses>) {
    super(scope, id);
    const { environment, entry, size, uses } = props;
    this.name = physicalName(environment, entry);
    const logs = new LogGroup(this, "logs", { environment, name: lambdaLogGroup(this.name) });
    const role = new Role(this, "role", {
      name: this.name,
      statements: [
        // Lambda names the streams of the group itself.
        { actions: ["logs:CreateLogStream", "logs:PutLogEvents"], resources: [`${logs.arn}:log-stream:*`] },
        ...uses.flatMap((access) => access.statements),
      ],
    });
    const resource = new LambdaFunction(this, "Default", {
      functionName: this.name,
      ...props.code(this, entry),
      role: role.arn,
      architectures: [environment.architecture],
      memorySize: size.memoryMegabytes,
      timeout: size.timeoutSeconds,
      environment: { variables: variablesOf(uses) },
      // Without its policy it cannot log, and without the group Lambda would make one that keeps everything for ever.
      dependsOn: [logs.resource, role.policy],
    });
    this.functionName = resource.functionName;
    this.arn = resource.arn;
    this.invokeArn = resource.invokeArn;
    this.roleName = role.name;
    this.timeoutSeconds = size.timeoutSeconds;

    for (const [id, name] of [
      ["errors", "Errors"],
      ["throttles", "Throttles"],
    ] as const)
      new FailureAlarm(this, id, {
        alarms: environment.alarms,
        subject: this.name,
        metric: { namespace: "AWS/Lambda", name, dimensions: { FunctionName: this.functionName } },
        threshold: 1,
      });
  }
}
