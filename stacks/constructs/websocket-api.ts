import { Apigatewayv2Api } from "@cdktf/provider-aws/lib/apigatewayv2-api";
import { Construct } from "constructs";
import type { Environment } from "../../environments/environment";
import { physicalName } from "../../environments/names";
import { partition } from "../../environments/region";
import { type Access, access } from "./access";

/** The WebSocket API itself: its addresses, and what a function needs to push messages through it. */
export class WebSocketApi extends Construct {
  readonly id: string;
  readonly name: string;
  readonly stageArn: string;
  readonly url: string;
  private readonly managementUrl: string;

  constructor(scope: Construct, id: string, environment: Pick<Environment, "name" | "region">) {
    super(scope, id);
    this.name = physicalName(environment, "websocket-api");
    const api = new Apigatewayv2Api(this, "Default", {
      name: this.name,
      protocolType: "WEBSOCKET",
      routeSelectionExpression: "$request.body.action",
    });
    const address = `${api.id}.execute-api.${environment.region}.${partition(environment.region).domain}/${environment.name}`;
    this.id = api.id;
    this.stageArn = `${api.executionArn}/${environment.name}`;
    this.url = `wss://${address}`;
    this.managementUrl = `https://${address}`;
  }

  /** Knows the URL that clients connect to. */
  address<Variable extends string>(variable: Variable): Access<Variable> {
    return access(variable, this.url);
  }

  /** Sends messages to any connection, through the management endpoint. */
  send<Variable extends string>(variable: Variable): Access<Variable> {
    return access(variable, this.managementUrl, {
      actions: ["execute-api:ManageConnections"],
      resources: [`${this.stageArn}/POST/@connections/*`],
    });
  }
}
