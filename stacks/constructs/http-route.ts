import { Apigatewayv2Integration } from "@cdktf/provider-aws/lib/apigatewayv2-integration";
import { Apigatewayv2Route } from "@cdktf/provider-aws/lib/apigatewayv2-route";
import { LambdaPermission } from "@cdktf/provider-aws/lib/lambda-permission";
import { Construct } from "constructs";
import type { HttpApi } from "./http-api";
import type { Lambda } from "./lambda";

export interface HttpRouteProps {
  /** Such as `/broadcast/comments`. */
  readonly path: string;
  readonly target: Lambda;
}

/** The POST route of a path, for callers with an IAM signature, and its permission to call its function. */
export class HttpRoute extends Construct {
  constructor(api: HttpApi, id: string, { path, target }: HttpRouteProps) {
    super(api, id);
    const integration = new Apigatewayv2Integration(this, "integration", {
      apiId: api.id,
      integrationType: "AWS_PROXY",
      integrationMethod: "POST",
      integrationUri: target.invokeArn,
      payloadFormatVersion: "2.0",
    });
    new Apigatewayv2Route(this, "Default", {
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
  }
}
