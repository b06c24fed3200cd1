import { Apigatewayv2Deployment } from "@cdktf/provider-aws/lib/apigatewayv2-deployment";
import { Apigatewayv2Stage } from "@cdktf/provider-aws/lib/apigatewayv2-stage";
import { Construct } from "constructs";
import type { Environment } from "../../environments/environment";
import { gatewayLogGroup } from "../../environments/names";
import { FailureAlarm } from "./failure-alarm";
import { LogGroup } from "./log-group";
import type { WebSocketApi } from "./websocket-api";
import type { WebSocketRoute } from "./websocket-route";

/** Access log of a message; see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-mapping-template-reference.html */
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
  readonly routes: readonly WebSocketRoute[];
}

/** The stage that makes the routes of a WebSocket API reachable, named after the environment. */
export class WebSocketStage extends Construct {
  constructor(api: WebSocketApi, id: string, { environment, routes }: WebSocketStageProps) {
    super(api, id);
    // A stage serves the routes as they were when its deployment was made, and auto-deployment is documented for HTTP
    // APIs only. So a route that changes makes a new deployment, and the stage moves to it before the old one goes.
    const deployment = new Apigatewayv2Deployment(this, "deployment", {
      apiId: api.id,
      triggers: Object.fromEntries(routes.map(({ node, fingerprint }) => [node.id, fingerprint])),
      dependsOn: routes.flatMap(({ resources }) => resources),
      lifecycle: { createBeforeDestroy: true },
    });
    const logs = new LogGroup(this, "logs", { environment, name: gatewayLogGroup(api.name) });
    new Apigatewayv2Stage(this, "Default", {
      apiId: api.id,
      name: environment.name,
      deploymentId: deployment.id,
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
    const dimensions = { ApiId: api.id, Stage: environment.name };
    for (const [id, name] of [
      ["integration-errors", "IntegrationError"],
      ["execution-errors", "ExecutionError"],
    ] as const)
      new FailureAlarm(this, id, {
        alarms: environment.alarms,
        subject: api.name,
        metric: { namespace: "AWS/ApiGateway", name, dimensions },
        threshold: 10,
      });
  }
}
