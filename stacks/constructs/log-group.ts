import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { Construct } from "constructs";
import type { Environment } from "../../environments/environment";

export interface LogGroupProps {
  readonly environment: Pick<Environment, "logRetentionDays">;
  readonly name: string;
}

/**
 * A log group that forgets events after the environment's days. Whatever writes to it has to depend on it, because AWS
 * creates a missing group itself, as one that keeps everything for ever.
 */
export class LogGroup extends Construct {
  readonly resource: CloudwatchLogGroup;
  readonly arn: string;

  constructor(scope: Construct, id: string, { environment, name }: LogGroupProps) {
    super(scope, id);
    this.resource = new CloudwatchLogGroup(this, "Default", { name, retentionInDays: environment.logRetentionDays });
    this.arn = this.resource.arn;
  }
}
