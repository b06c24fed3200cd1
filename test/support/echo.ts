import type { Construct } from "constructs";
import { zip } from "../../stacks/constructs/code";
import { handler } from "../../stacks/constructs/handler";
import { Lambda } from "../../stacks/constructs/lambda";
import { settings } from "../../stacks/constructs/settings";
import { artifacts, environment } from "./synth";

/** A function for constructs that need one: `aws_lambda_function.echo`. */
export function addEcho(scope: Construct): Lambda {
  return new Lambda(scope, "echo", {
    environment,
    name: "websocket-default",
    size: environment.functions,
    code: zip(artifacts, environment.runtime),
    handler: handler<typeof import("../../functions/default")>("default"),
    uses: [settings(environment)],
  });
}
