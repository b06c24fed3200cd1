import type { Construct } from "constructs";
import { zip } from "../../stacks/constructs/code";
import { Lambda } from "../../stacks/constructs/lambda";
import { settings } from "../../stacks/constructs/settings";
import { artifacts, environment } from "./synth";

/** Adds a function for constructs that need one: `aws_lambda_function.echo`. */
export function addEcho(scope: Construct, { id = "echo", timeoutSeconds = 29 } = {}): Lambda {
  return new Lambda(scope, id, {
    environment,
    entry: "websocket-default",
    size: { ...environment.functions, timeoutSeconds },
    code: zip(artifacts, environment.runtime),
    uses: [settings(environment)],
  });
}
