import { Apigatewayv2Api } from "@cdktf/provider-aws/lib/apigatewayv2-api";
import { Construct } from "constructs";
import type { Environment } from "../../environments/environment";
import { physicalName } from "../../environments/names";
import { partition } from "../../environments/region";
import { type Access, access } from "./access";
import type { Lambda } from "./lambda";
import { WebSocketRoute, websocketRouteId } from "./websocket-route";
import { WebSocketStage } from "./websocket-stage";

export interface WebSocketApiProps {
  readonly environment: Pick<Environment, "name" | "region" | "logRetentionDays" | "throttle" | "alarms">;
}

/** A WebSocket API with its one stage: where clients connect, and through which functions push messages to them. */
export class WebSocketApi extends Construct {
  readonly url: string;
  private readonly id: string;
  private readonly stageArn: string;
  private readonly managementUrl: string;
  private readonly stage: WebSocketStage;

  constructor(scope: Construct, id: string, { environment }: WebSocketApiProps) {
    super(scope, id);
    const name = physicalName(environment, "websocket-api");
    const api = new Apigatewayv2Api(this, "Default", {
      name,
      protocolType: "WEBSOCKET",
      routeSelectionExpression: "$request.body.action",
    });
    const address = `${api.id}.execute-api.${environment.region}.${partition(environment.region).domain}/${environment.name}`;
    this.id = api.id;
    this.stageArn = `${api.executionArn}/${environment.name}`;
    this.url = `wss://${address}`;
    this.managementUrl = `https://${address}`;
    this.stage = new WebSocketStage(this, "stage", { environment, apiId: api.id, apiName: name });
  }

  /**
   * Calls a function for connections and messages: those whose JSON has the key as its `action`, or with `$connect`,
   * `$disconnect` and `$default` those that API Gateway names so. The function's answer goes back to the client if the
   * route `responds`.
   *
   * @throws Error for a key that API Gateway refuses, or that is there already.
   */
  route(key: string, target: Lambda, { responds = false }: { readonly responds?: boolean } = {}): void {
    const id = websocketRouteId(key);
    if (this.node.tryFindChild(id))
      throw new Error(`The route key "${key}" is there already, or one that differs in its punctuation only.`);
    const { id: apiId, stageArn } = this;
    this.stage.serve(key, new WebSocketRoute(this, id, { apiId, stageArn, key, target, responds }).resources);
  }

  /** Tells a function the URL that clients connect to. */
  address<Variable extends string>(variable: Variable): Access<Variable> {
    return access(variable, this.url);
  }

  /** Lets a function close any connection, through the management endpoint. */
  close<Variable extends string>(variable: Variable): Access<Variable> {
    return access(variable, this.managementUrl, {
      actions: ["execute-api:ManageConnections"],
      resources: [`${this.stageArn}/DELETE/@connections/*`],
    });
  }

  /** Lets a function send messages to any connection, through the management endpoint. */
  send<Variable extends string>(variable: Variable): Access<Variable> {
    return access(variable, this.managementUrl, {
      actions: ["execute-api:ManageConnections"],
      resources: [`${this.stageArn}/POST/@connections/*`],
    });
  }
}
