import { Apigatewayv2Stage } from "@cdktf/provider-aws/lib/apigatewayv2-stage";
import { Construct } from "constructs";
import type { Environment } from "../../environments/environment";
import { gatewayLogGroup } from "../../environments/names";
import { FailureAlarm } from "./failure-alarm";
import type { HttpApi } from "./http-api";
import { LogGroup } from "./log-group";

/** Access log of a request; see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html */
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

/** The stage that makes the routes of an HTTP API reachable, named after the environment. */
export class HttpStage extends Construct {
  constructor(
    api: HttpApi,
    id: string,
    environment: Pick<Environment, "name" | "logRetentionDays" | "throttle" | "alarms">,
  ) {
    super(api, id);
    const logs = new LogGroup(this, "logs", { environment, name: gatewayLogGroup(api.name) });
    new Apigatewayv2Stage(this, "Default", {
      apiId: api.id,
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
      subject: api.name,
      metric: { namespace: "AWS/ApiGateway", name: "5xx", dimensions: { ApiId: api.id, Stage: environment.name } },
      threshold: 10,
    });
  }
}
