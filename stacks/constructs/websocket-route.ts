import { Apigatewayv2Route } from "@cdktf/provider-aws/lib/apigatewayv2-route";
import { Apigatewayv2RouteResponse } from "@cdktf/provider-aws/lib/apigatewayv2-route-response";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { addIntegration } from "./integration";
import type { Lambda } from "./lambda";

export interface WebSocketRouteProps {
  readonly apiId: string;
  readonly stageArn: string;
  readonly key: string;
  readonly target: Lambda;
  /** Sends the function's answer back to the client; API Gateway drops it otherwise. */
  readonly responds: boolean;
}

/** One route of a WebSocket API: to which function, and its permission to call that function for this route only. */
export class WebSocketRoute extends Construct {
  /** Everything that has to be there before the route can be served. */
  readonly resources: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, { apiId, stageArn, key, target, responds }: WebSocketRouteProps) {
    super(scope, id);
    const route = new Apigatewayv2Route(this, "Default", {
      apiId,
      routeKey: key,
      target: addIntegration(this, {
        apiId,
        target,
        sourceArn: `${stageArn}/${key}`,
        // A route named like its function keeps the id it was first deployed with: a permission cannot be renamed.
        statementId: id === target.node.id ? "websocket-route" : `websocket-${id}`,
      }),
      ...(responds && { routeResponseSelectionExpression: "$default" }),
    });
    this.resources = responds
      ? [
          route,
          new Apigatewayv2RouteResponse(this, "response", { apiId, routeId: route.id, routeResponseKey: "$default" }),
        ]
      : [route];
  }
}

/**
 * Returns the construct id of the route with a key: `connect` for `$connect`, and `route-subscribe` for `subscribe`.
 *
 * AWS documents only that a key of one's own must not start with `$`. These characters are known to be accepted
 * (https://github.com/serverless/serverless/issues/5858); others, such as `*`, would widen the permission that ends
 * with the key. A permission's statement id takes 100 characters, and the key is part of it.
 *
 * @throws Error for a key that API Gateway refuses.
 */
export function websocketRouteId(key: string): string {
  if (["$connect", "$disconnect", "$default"].includes(key)) return key.slice(1);
  if (!/^[A-Za-z0-9._/-]{1,80}$/.test(key))
    throw new Error(
      `The route key ${JSON.stringify(key)} is not one of a WebSocket API: write $connect, $disconnect, $default, or up to 80 letters, digits and . _ / - of your own.`,
    );
  return `route-${key.replace(/[._/]/g, "-")}`;
}
