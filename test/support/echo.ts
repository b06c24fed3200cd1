import type { Construct } from "constructs";
import { access } from "../../stacks/constructs/access";
import { zip } from "../../stacks/constructs/code";
import { Lambda } from "../../stacks/constructs/lambda";
import { settings } from "../../stacks/constructs/settings";
import { artifacts, environment } from "./synth";

/** Everything that the function uses, at addresses that say nothing. */
export const echoUses = [
  settings(environment),
  access("WEBSOCKET_MESSAGES_PER_MINUTE", "120"),
  access("DYNAMODB_CONNECTIONS_TABLE", "connections"),
  access("DYNAMODB_SUBSCRIPTIONS_TABLE", "subscriptions"),
  access("WEBSOCKET_API_ENDPOINT", "https://ws.example/staging"),
] as const;

/** Adds a function for constructs that need one: `aws_lambda_function.echo`. */
export function addEcho(scope: Construct, { id = "echo", timeoutSeconds = 29 } = {}): Lambda {
  return new Lambda(scope, id, {
    environment,
    entry: "websocket-default",
    size: { ...environment.functions, timeoutSeconds },
    code: zip(artifacts, environment.runtime),
    uses: echoUses,
  });
}
