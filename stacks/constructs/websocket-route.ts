import { Apigatewayv2Integration } from "@cdktf/provider-aws/lib/apigatewayv2-integration";
import { Apigatewayv2Route } from "@cdktf/provider-aws/lib/apigatewayv2-route";
import { Apigatewayv2RouteResponse } from "@cdktf/provider-aws/lib/apigatewayv2-route-response";
import { LambdaPermission } from "@cdktf/provider-aws/lib/lambda-permission";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { Lambda } from "./lambda";
import type { WebSocketApi } from "./websocket-api";

export interface WebSocketRouteProps {
  readonly key: "$connect" | "$disconnect" | "$default";
  readonly target: Lambda;
  /** Whether the function's answer goes back to the client; API Gateway drops it otherwise.
   * @default - false */
  readonly responds?: boolean;
}

/** One route of a WebSocket API: to which function, and its permission to call that function for this route only. */
export class WebSocketRoute extends Construct {
  /** What a deployment has to wait for. */
  readonly resources: readonly ITerraformDependable[];
  /** Another text whenever a deployment made before would serve the route differently. */
  readonly fingerprint: string;

  constructor(api: WebSocketApi, id: string, { key, target, responds = false }: WebSocketRouteProps) {
    super(api, id);
    const integration = new Apigatewayv2Integration(this, "integration", {
      apiId: api.id,
      integrationType: "AWS_PROXY",
      integrationMethod: "POST",
      integrationUri: target.invokeArn,
    });
    const route = new Apigatewayv2Route(this, "Default", {
      apiId: api.id,
      routeKey: key,
      target: `integrations/${integration.id}`,
      ...(responds && { routeResponseSelectionExpression: "$default" }),
    });
    const response =
      responds &&
      new Apigatewayv2RouteResponse(this, "response", {
        apiId: api.id,
        routeId: route.id,
        routeResponseKey: "$default",
      });
    new LambdaPermission(this, "permission", {
      statementId: "websocket-route",
      action: "lambda:InvokeFunction",
      functionName: target.functionName,
      principal: "apigateway.amazonaws.com",
      sourceArn: `${api.stageArn}/${key}`,
    });
    this.resources = response ? [route, response] : [route];
    this.fingerprint = `${integration.id}${responds ? ", responds" : ""}`;
  }
}
