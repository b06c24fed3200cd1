import { Apigatewayv2Stage } from "@cdktf/provider-aws/lib/apigatewayv2-stage";
import { dependable, type ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { Environment } from "../../environments/environment";
import { gatewayLogGroup } from "../../environments/names";
import { FailureAlarm } from "./failure-alarm";
import { LogGroup } from "./log-group";

/** The access log's line for a message; see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-mapping-template-reference.html */
const ACCESS_LOG = JSON.stringify({
  requestId: "$context.requestId",
  eventType: "$context.eventType",
  routeKey: "$context.routeKey",
  connectionId: "$context.connectionId",
  status: "$context.status",
  integrationError: "$context.integration.error",
  integrationLatency: "$context.integration.latency",
  sourceIp: "$context.identity.sourceIp",
});

export interface WebSocketStageProps {
  readonly environment: Pick<Environment, "name" | "logRetentionDays" | "throttle" | "alarms">;
  readonly apiId: string;
  /** The API's physical name, from which the log group's and the alarms' names are made. */
  readonly apiName: string;
}

/**
 * The stage that makes the routes of a WebSocket API reachable, named after the environment.
 *
 * API Gateway deploys it again whenever a route or an integration is added, changed or removed, in the same apply; see
 * docs/decisions/websocket-deployment.md.
 */
export class WebSocketStage extends Construct {
  private readonly stage: Apigatewayv2Stage;

  constructor(scope: Construct, id: string, { environment, apiId, apiName }: WebSocketStageProps) {
    super(scope, id);
    const logs = new LogGroup(this, "logs", { environment, name: gatewayLogGroup(apiName) });
    this.stage = new Apigatewayv2Stage(this, "Default", {
      apiId,
      name: environment.name,
      autoDeploy: true,
      // Written through the account's own API Gateway role: docs/decisions/account-logging-role.md
      accessLogSettings: { destinationArn: logs.arn, format: ACCESS_LOG },
      defaultRouteSettings: {
        // Without one of the two numbers API Gateway takes 0 and refuses every connection.
        throttlingRateLimit: environment.throttle.websocket.requestsPerSecond,
        throttlingBurstLimit: environment.throttle.websocket.burst,
        // Execution logs hold whole messages.
        loggingLevel: "OFF",
        dataTraceEnabled: false,
      },
    });
    const dimensions = { ApiId: apiId, Stage: environment.name };
    for (const [id, name] of [
      ["integration-errors", "IntegrationError"],
      ["execution-errors", "ExecutionError"],
    ] as const)
      new FailureAlarm(this, id, {
        alarms: environment.alarms,
        subject: apiName,
        metric: { namespace: "AWS/ApiGateway", name, dimensions },
        threshold: 10,
      });
  }

  /** Makes a new stage wait for a route: an API without routes cannot be deployed. */
  waitFor(resources: readonly ITerraformDependable[]): void {
    this.stage.dependsOn = [...(this.stage.dependsOn ?? []), ...resources.map(dependable)];
  }
}
