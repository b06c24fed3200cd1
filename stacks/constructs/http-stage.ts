import { Apigatewayv2Stage } from "@cdktf/provider-aws/lib/apigatewayv2-stage";
import { Construct } from "constructs";
import type { Environment } from "../../environments/environment";
import { gatewayLogGroup } from "../../environments/names";
import { FailureAlarm } from "./failure-alarm";
import { LogGroup } from "./log-group";

/** The access log's line for a request; see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html */
const ACCESS_LOG = JSON.stringify({
  requestId: "$context.requestId",
  routeKey: "$context.routeKey",
  status: "$context.status",
  error: "$context.error.message",
  integrationError: "$context.integration.error",
  integrationLatency: "$context.integration.latency",
  caller: "$context.identity.userArn",
  sourceIp: "$context.identity.sourceIp",
});

export interface HttpStageProps {
  readonly environment: Pick<Environment, "name" | "logRetentionDays" | "throttle" | "alarms">;
  readonly apiId: string;
  /** The API's physical name, from which the log group's and the alarm's names are made. */
  readonly apiName: string;
}

/** The stage that makes the routes of an HTTP API reachable, named after the environment. */
export class HttpStage extends Construct {
  constructor(scope: Construct, id: string, { environment, apiId, apiName }: HttpStageProps) {
    super(scope, id);
    const logs = new LogGroup(this, "logs", { environment, name: gatewayLogGroup(apiName) });
    new Apigatewayv2Stage(this, "Default", {
      apiId,
      name: environment.name,
      autoDeploy: true,
      accessLogSettings: { destinationArn: logs.arn, format: ACCESS_LOG },
      // Without one of the two numbers API Gateway takes 0 and refuses every request. There is no logging level: AWS
      // refuses one on HTTP APIs.
      defaultRouteSettings: {
        throttlingRateLimit: environment.throttle.http.requestsPerSecond,
        throttlingBurstLimit: environment.throttle.http.burst,
      },
    });
    new FailureAlarm(this, "server-errors", {
      alarms: environment.alarms,
      subject: apiName,
      metric: { namespace: "AWS/ApiGateway", name: "5xx", dimensions: { ApiId: apiId, Stage: environment.name } },
      threshold: 10,
    });
  }
}
