import { Apigatewayv2Route } from "@cdktf/provider-aws/lib/apigatewayv2-route";
import { Construct } from "constructs";
import { type Access, access } from "./access";
import { addIntegration } from "./integration";
import type { Lambda } from "./lambda";

export interface HttpRouteProps {
  readonly apiId: string;
  /** The address of the API's stage, to which the path is added. */
  readonly stageUrl: string;
  readonly stageArn: string;
  readonly path: string;
  readonly target: Lambda;
}

/** The POST route of a path, for callers with an IAM signature, and its permission to call its function. */
export class HttpRoute extends Construct {
  readonly url: string;
  private readonly arn: string;

  constructor(scope: Construct, id: string, { apiId, stageUrl, stageArn, path, target }: HttpRouteProps) {
    super(scope, id);
    this.url = `${stageUrl}${path}`;
    this.arn = `${stageArn}/POST${path}`;
    new Apigatewayv2Route(this, "Default", {
      apiId,
      routeKey: `POST ${path}`,
      target: addIntegration(this, {
        apiId,
        target,
        sourceArn: this.arn,
        // A route named like its function keeps the id it was first deployed with: a permission cannot be renamed.
        statementId: id === target.node.id ? "http-route" : `http-${id}`,
        payloadFormatVersion: "2.0",
      }),
      authorizationType: "AWS_IAM",
    });
  }

  /** Lets a function call the route, with a signature. */
  invoke<Variable extends string>(variable: Variable): Access<Variable> {
    return access(variable, this.url, { actions: ["execute-api:Invoke"], resources: [this.arn] });
  }

  /** Tells a function the URL that callers with a signature call. */
  address<Variable extends string>(variable: Variable): Access<Variable> {
    return access(variable, this.url);
  }
}

/**
 * Returns the construct id of the route with a path: `route-broadcast-comments` for `/broadcast/comments`.
 *
 * @throws Error for a path that is not literal: a wildcard would widen the permission that ends with it.
 */
export function httpRouteId(path: string): string {
  if (!/^(\/[A-Za-z0-9._-]+)+$/.test(path) || path.length > 80)
    throw new Error(
      `The path ${JSON.stringify(path)} is not one of a route: write up to 80 characters such as "/broadcast/comments", of letters, digits and . _ - after each slash.`,
    );
  return `route${path.replace(/[._/]/g, "-")}`;
}
