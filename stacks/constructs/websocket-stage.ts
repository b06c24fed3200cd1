import { Apigatewayv2Stage, type Apigatewayv2StageRouteSettings } from "@cdktf/provider-aws/lib/apigatewayv2-stage";
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

type Throttle = Environment["throttle"]["websocket"];

/** Settings of a route are whole: what they leave out is not taken from the stage's, but is 0 or off. */
const routeSettings = ({ requestsPerSecond, burst }: Throttle) => ({
  // Without one of the two numbers API Gateway takes 0 and refuses every connection.
  throttlingRateLimit: requestsPerSecond,
  throttlingBurstLimit: burst,
  // Execution logs hold whole messages.
  loggingLevel: "OFF",
  dataTraceEnabled: false,
});

/**
 * The stage that makes the routes of a WebSocket API reachable, named after the environment.
 *
 * API Gateway deploys it again whenever a route or an integration is added, changed or removed, in the same apply; see
 * docs/decisions/websocket-deployment.md.
 */
export class WebSocketStage extends Construct {
  private readonly stage: Apigatewayv2Stage;
  private readonly throttles: Readonly<Record<string, Throttle>>;
  private readonly routeSettings: Apigatewayv2StageRouteSettings[] = [];

  constructor(scope: Construct, id: string, { environment, apiId, apiName }: WebSocketStageProps) {
    super(scope, id);
    this.throttles = { $connect: environment.throttle.connect, $default: environment.throttle.messages };
    const logs = new LogGroup(this, "logs", { environment, name: gatewayLogGroup(apiName) });
    this.stage = new Apigatewayv2Stage(this, "Default", {
      apiId,
      name: environment.name,
      autoDeploy: true,
      // Written through the account's own API Gateway role: docs/decisions/account-logging-role.md
      accessLogSettings: { destinationArn: logs.arn, format: ACCESS_LOG },
      defaultRouteSettings: routeSettings(environment.throttle.websocket),
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

  /**
   * Makes a new stage wait for a route, because an API without routes cannot be deployed, and gives the route the
   * throttle that the environment has for it. AWS refuses settings of a route that is not there.
   */
  serve(key: string, resources: readonly ITerraformDependable[]): void {
    const throttle = this.throttles[key];
    if (throttle) {
      this.routeSettings.push({ routeKey: key, ...routeSettings(throttle) });
      this.stage.putRouteSettings(this.routeSettings);
    }
    this.stage.dependsOn = [...(this.stage.dependsOn ?? []), ...resources.map(dependable)];
  }
}
