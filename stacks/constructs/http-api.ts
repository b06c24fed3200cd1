import { Apigatewayv2Api } from "@cdktf/provider-aws/lib/apigatewayv2-api";
import { Construct } from "constructs";
import type { Environment } from "../../environments/environment";
import { physicalName } from "../../environments/names";
import { partition } from "../../environments/region";
import { type Access, access } from "./access";

/** The HTTP API itself: its address, and what a function needs to call it. Every route takes POST and is for signed calls. */
export class HttpApi extends Construct {
  readonly id: string;
  readonly name: string;
  private readonly address: string;
  private readonly stageArn: string;

  constructor(scope: Construct, id: string, environment: Pick<Environment, "name" | "region" | "cors">) {
    super(scope, id);
    this.name = physicalName(environment, "http-api");
    const api = new Apigatewayv2Api(this, "Default", {
      name: this.name,
      protocolType: "HTTP",
      corsConfiguration: {
        allowOrigins: [...environment.cors.allowedOrigins],
        allowMethods: ["POST"],
        // Those of a signed request. Credentials are not allowed: signatures are not sent by the browser on its own.
        allowHeaders: ["authorization", "content-type", "x-amz-content-sha256", "x-amz-date", "x-amz-security-token"],
        allowCredentials: false,
        maxAge: 86_400,
      },
    });
    this.id = api.id;
    this.address = `https://${api.id}.execute-api.${environment.region}.${partition(environment.region).domain}/${environment.name}`;
    this.stageArn = `${api.executionArn}/${environment.name}`;
  }

  /** The URL of a path such as `/broadcast/comments`. */
  url(path: string): string {
    return `${this.address}${path}`;
  }

  /** What API Gateway, and whoever may call, calls the POST route of a path. */
  routeArn(path: string): string {
    return `${this.stageArn}/POST${path}`;
  }

  /** Calls the POST route of a path, with a signature. */
  invoke<Variable extends string>(variable: Variable, path: string): Access<Variable> {
    return access(variable, this.url(path), { actions: ["execute-api:Invoke"], resources: [this.routeArn(path)] });
  }
}
