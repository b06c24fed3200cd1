import { Apigatewayv2Integration } from "@cdktf/provider-aws/lib/apigatewayv2-integration";
import { Apigatewayv2Route } from "@cdktf/provider-aws/lib/apigatewayv2-route";
import { Apigatewayv2Stage } from "@cdktf/provider-aws/lib/apigatewayv2-stage";
import { LambdaPermission } from "@cdktf/provider-aws/lib/lambda-permission";
import { Construct } from "constructs";
import type { Environment } from "../../environments/environment";
import { gatewayLogGroup } from "../../environments/names";
import type { HttpApi } from "./http-api";
import type { Lambda } from "./lambda";
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

export interface HttpStageProps {
  readonly environment: Pick<Environment, "name" | "logRetentionDays" | "throttle">;
  /** The path whose POST route is served, and by which function. */
  readonly path: string;
  readonly target: Lambda;
}

/** The one route of an HTTP API, for callers with an IAM signature, and the stage that makes it reachable. */
export class HttpStage extends Construct {
  constructor(api: HttpApi, id: string, { environment, path, target }: HttpStageProps) {
    super(api, id);
    const integration = new Apigatewayv2Integration(this, "integration", {
      apiId: api.id,
      integrationType: "AWS_PROXY",
      integrationUri: target.invokeArn,
      payloadFormatVersion: "2.0",
    });
    const route = new Apigatewayv2Route(this, "route", {
      apiId: api.id,
      routeKey: `POST ${path}`,
      target: `integrations/${integration.id}`,
      authorizationType: "AWS_IAM",
    });
    new LambdaPermission(this, "permission", {
      statementId: "http-route",
      action: "lambda:InvokeFunction",
      functionName: target.functionName,
      principal: "apigateway.amazonaws.com",
      sourceArn: api.routeArn(path),
    });
    const logs = new LogGroup(this, "logs", { environment, name: gatewayLogGroup(api.name) });
    new Apigatewayv2Stage(this, "Default", {
      apiId: api.id,
      name: environment.name,
      autoDeploy: true,
      accessLogSettings: { destinationArn: logs.arn, format: ACCESS_LOG },
      // Without one of the two numbers API Gateway takes 0 and refuses every request. It has no logging level: AWS
      // refuses that one on HTTP APIs.
      defaultRouteSettings: {
        throttlingRateLimit: environment.throttle.http.requestsPerSecond,
        throttlingBurstLimit: environment.throttle.http.burst,
      },
      dependsOn: [route],
    });
  }
}
