import { Apigatewayv2Integration } from "@cdktf/provider-aws/lib/apigatewayv2-integration";
import { LambdaPermission } from "@cdktf/provider-aws/lib/lambda-permission";
import type { Construct } from "constructs";
import type { Lambda } from "./lambda";

/** The seconds that a WebSocket API waits for a function; https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html */
const LONGEST_WAIT = 29;

export interface IntegrationProps {
  readonly apiId: string;
  readonly target: Lambda;
  /** The ARN of the one route that may call the function. */
  readonly sourceArn: string;
  /** Tells the permissions apart that routes have to call one function. */
  readonly statementId: string;
  readonly payloadFormatVersion?: "2.0";
}

/**
 * Connects a route, which is the scope, to its function, with the permission to call it for this route only.
 *
 * @returns what the route names as its `target`.
 * @throws Error if the function may take longer than API Gateway waits: it would go on unheard, and be paid for.
 */
export function addIntegration(route: Construct, props: IntegrationProps): string {
  const { apiId, target, sourceArn, statementId, payloadFormatVersion } = props;
  if (target.timeoutSeconds > LONGEST_WAIT)
    throw new Error(
      `${target.node.path} may take ${target.timeoutSeconds} seconds, and API Gateway waits for ${LONGEST_WAIT}: give a function behind a route the size environment.functions.`,
    );
  const integration = new Apigatewayv2Integration(route, "integration", {
    apiId,
    integrationType: "AWS_PROXY",
    integrationMethod: "POST",
    integrationUri: target.invokeArn,
    ...(payloadFormatVersion !== undefined && { payloadFormatVersion }),
  });
  new LambdaPermission(route, "permission", {
    statementId,
    action: "lambda:InvokeFunction",
    functionName: target.functionName,
    principal: "apigateway.amazonaws.com",
    sourceArn,
  });
  return `integrations/${integration.id}`;
}
