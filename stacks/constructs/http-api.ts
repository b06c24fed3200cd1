import { Apigatewayv2Api } from "@cdktf/provider-aws/lib/apigatewayv2-api";
import { Construct } from "constructs";
import type { Environment } from "../../environments/environment";
import { physicalName } from "../../environments/names";
import { partition } from "../../environments/region";
import { HttpRoute, httpRouteId } from "./http-route";
import { HttpStage } from "./http-stage";
import type { Lambda } from "./lambda";

export interface HttpApiProps {
  readonly environment: Pick<Environment, "name" | "region" | "cors" | "logRetentionDays" | "throttle" | "alarms">;
}

/** An HTTP API with its one stage. Every route takes POST and is for signed calls. */
export class HttpApi extends Construct {
  private readonly id: string;
  private readonly stageUrl: string;
  private readonly stageArn: string;

  constructor(scope: Construct, id: string, { environment }: HttpApiProps) {
    super(scope, id);
    const name = physicalName(environment, "http-api");
    const api = new Apigatewayv2Api(this, "Default", {
      name,
      protocolType: "HTTP",
      corsConfiguration: {
        allowOrigins: [...environment.cors.allowedOrigins],
        allowMethods: ["POST"],
        // A signed request has these. Credentials are not allowed, because browsers do not send signatures on their own.
        allowHeaders: ["authorization", "content-type", "x-amz-content-sha256", "x-amz-date", "x-amz-security-token"],
        allowCredentials: false,
        maxAge: 86_400,
      },
    });
    this.id = api.id;
    this.stageUrl = `https://${api.id}.execute-api.${environment.region}.${partition(environment.region).domain}/${environment.name}`;
    this.stageArn = `${api.executionArn}/${environment.name}`;
    new HttpStage(this, "stage", { environment, apiId: api.id, apiName: name });
  }

  /**
   * Calls a function for signed POST requests to a path such as `/broadcast/comments`. A route that was deployed under
   * another construct id than the path makes keeps it, because another id is another resource.
   *
   * @returns the route, which other functions may be allowed to call.
   * @throws Error for a path that is not literal, or that is there already.
   */
  route(path: string, target: Lambda, { id = httpRouteId(path) }: { readonly id?: string } = {}): HttpRoute {
    if (this.node.tryFindChild(id))
      throw new Error(`The path "${path}" is there already, or one that differs in its punctuation only.`);
    const { id: apiId, stageUrl, stageArn } = this;
    return new HttpRoute(this, id, { apiId, stageUrl, stageArn, path, target });
  }
}
