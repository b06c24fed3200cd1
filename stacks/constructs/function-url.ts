import { LambdaFunctionUrl } from "@cdktf/provider-aws/lib/lambda-function-url";
import { LambdaPermission } from "@cdktf/provider-aws/lib/lambda-permission";
import { Construct } from "constructs";
import type { Environment } from "../../environments/environment";
import { FailureAlarm } from "./failure-alarm";
import type { Lambda } from "./lambda";

export interface FunctionUrlProps {
  readonly environment: Pick<Environment, "cors" | "deletionProtection" | "alarms">;
  readonly target: Lambda;
  /** The headers that a browser's page may send to the function and read from its answers. */
  readonly cors: { readonly allowHeaders: readonly string[]; readonly exposeHeaders: readonly string[] };
}

/**
 * The public HTTPS address of a function. The function decides who may call it. Which browser pages may is decided
 * here and only here: CORS headers of the function's own would contradict these.
 */
export class FunctionUrl extends Construct {
  readonly url: string;

  constructor(scope: Construct, id: string, { environment, target, cors }: FunctionUrlProps) {
    super(scope, id);
    const { functionName } = target;
    const resource = new LambdaFunctionUrl(this, "Default", {
      functionName,
      authorizationType: "NONE",
      cors: {
        allowOrigins: [...environment.cors.allowedOrigins],
        allowCredentials: environment.cors.allowCredentials,
        // Lambda answers preflights itself; with OPTIONS in this list it refuses the configuration, at apply only.
        allowMethods: ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD"],
        allowHeaders: [...cors.allowHeaders],
        exposeHeaders: [...cors.exposeHeaders],
        maxAge: 86_400,
      },
      // AWS makes up the host name, and a URL that was deleted never comes back under it.
      lifecycle: { preventDestroy: environment.deletionProtection },
    });
    this.url = resource.functionUrl;

    // Both are needed since October 2025: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
    // The provider adds two of its own when it creates the URL, under other ids; they are in no state, so ours are explicit.
    new LambdaPermission(this, "call", {
      statementId: "call-function-url",
      action: "lambda:InvokeFunctionUrl",
      functionName,
      principal: "*",
      functionUrlAuthType: "NONE",
      dependsOn: [resource],
    });
    const invoke = new LambdaPermission(this, "invoke", {
      statementId: "invoke-through-function-url",
      action: "lambda:InvokeFunction",
      functionName,
      principal: "*",
      dependsOn: [resource],
    });
    // Newer than the bindings. Without this condition anyone with an AWS account could invoke with an event of their own.
    invoke.addOverride("invoked_via_function_url", true);

    // A function that answers its own failures with 503 never fails in Lambda's eyes: `Errors` stays 0. This metric
    // counts those answers, and time-outs and crashes as well.
    new FailureAlarm(this, "server-errors", {
      alarms: environment.alarms,
      subject: target.name,
      metric: { namespace: "AWS/Lambda", name: "Url5xxCount", dimensions: { FunctionName: functionName } },
      threshold: 5,
    });
  }
}
