import { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function";
import { Construct } from "constructs";
import type { Environment, FunctionSize } from "../../environments/environment";
import { lambdaLogGroup, physicalName } from "../../environments/names";
import { type Access, variablesOf } from "./access";
import type { CodeSource } from "./code";
import { FailureAlarm } from "./failure-alarm";
import type { Handler, Provides } from "./handler";
import { LogGroup } from "./log-group";
import { Role } from "./role";

export interface LambdaProps<Variables, Uses extends readonly Access[]> {
  readonly environment: Pick<Environment, "name" | "architecture" | "logRetentionDays" | "alarms">;
  /** The function's own name; it gets the prefix and the environment's name. */
  readonly name: string;
  readonly size: FunctionSize;
  readonly code: CodeSource;
  readonly handler: Handler<Variables>;
  /** Everything the function needs, its variables and its permissions; they have to be what the handler reads. */
  readonly uses: Uses & Provides<Variables, Uses>;
}

/** A Lambda function with a role, a log group and an alarm of its own. */
export class Lambda<Variables = unknown, const Uses extends readonly Access[] = readonly Access[]> extends Construct {
  readonly functionName: string;
  readonly invokeArn: string;

  constructor(scope: Construct, id: string, props: LambdaProps<Variables, Uses>) {
    super(scope, id);
    const { environment, size, uses } = props;
    const functionName = physicalName(environment, props.name);
    const logs = new LogGroup(this, "logs", { environment, name: lambdaLogGroup(functionName) });
    const role = new Role(this, "role", {
      name: functionName,
      statements: [
        // Lambda names the streams of the group itself.
        { actions: ["logs:CreateLogStream", "logs:PutLogEvents"], resources: [`${logs.arn}:log-stream:*`] },
        ...uses.flatMap((access) => access.statements),
      ],
    });
    const resource = new LambdaFunction(this, "Default", {
      functionName,
      ...props.code(this, props.handler.bundle),
      role: role.arn,
      architectures: [environment.architecture],
      memorySize: size.memoryMegabytes,
      timeout: size.timeoutSeconds,
      environment: { variables: variablesOf(uses) },
      // Without its policy it cannot log, and without the group Lambda would make one that keeps everything for ever.
      dependsOn: [logs.resource, role.policy],
    });
    new FailureAlarm(this, "errors", {
      alarms: environment.alarms,
      subject: functionName,
      metric: { namespace: "AWS/Lambda", name: "Errors", dimensions: { FunctionName: resource.functionName } },
      threshold: 1,
    });
    this.functionName = resource.functionName;
    this.invokeArn = resource.invokeArn;
  }
}
