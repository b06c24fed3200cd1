import {
  type Api,
  type ApiGatewayV2Client,
  GetApisCommand,
  GetIntegrationsCommand,
  GetRouteResponsesCommand,
  GetRoutesCommand,
  GetStageCommand,
} from "@aws-sdk/client-apigatewayv2";
import { type Find, found, orAbsent, several } from "./finding";
import { isTagged } from "./tags";

/** What one call returns at most. No API of ours has as many of anything; https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html */
const MaxResults = "500";

/** Looks for APIs, which AWS gives made-up ids, by their names and tags; and for what they hold. */
export function apiGatewayFinders(client: ApiGatewayV2Client): Readonly<Record<string, Find>> {
  return {
    aws_apigatewayv2_api: async (sought, place) => {
      const name = sought.text("name");
      const own = (await apis()).filter(({ Name, Tags }) => Name === name && isTagged(Tags, place));
      const [api, ...others] = own.map(({ ApiId = "" }) => ApiId);
      if (api !== undefined && others.length > 0) throw several(`API ${name}`, [api, ...others]);
      return api === undefined ? undefined : found(api);
    },
    aws_apigatewayv2_stage: async (sought) => {
      const [ApiId, StageName] = [sought.text("api_id"), sought.text("name")];
      if (ApiId === undefined || StageName === undefined) return undefined;
      const stage = await orAbsent(client.send(new GetStageCommand({ ApiId, StageName })));
      return stage && found(StageName, `${ApiId}/${StageName}`);
    },
    aws_apigatewayv2_route: async (sought) => {
      const [ApiId, key] = [sought.text("api_id"), sought.text("route_key")];
      if (ApiId === undefined) return undefined;
      const answer = await orAbsent(client.send(new GetRoutesCommand({ ApiId, MaxResults })));
      const id = answer?.Items?.find(({ RouteKey }) => RouteKey === key)?.RouteId;
      return id === undefined ? undefined : found(id, `${ApiId}/${id}`);
    },
    aws_apigatewayv2_integration: async (sought) => {
      const ApiId = sought.text("api_id");
      const target = sought.other(sought.reference("integration_uri") ?? "")?.text("function_name");
      if (ApiId === undefined || target === undefined) return undefined;
      const answer = await orAbsent(client.send(new GetIntegrationsCommand({ ApiId, MaxResults })));
      const uri = new RegExp(`:function:${target}(/invocations)?$`);
      const id = answer?.Items?.find(({ IntegrationUri = "" }) => uri.test(IntegrationUri))?.IntegrationId;
      return id === undefined ? undefined : found(id, `${ApiId}/${id}`);
    },
    aws_apigatewayv2_route_response: async (sought) => {
      const [ApiId, RouteId] = [sought.text("api_id"), sought.text("route_id")];
      if (ApiId === undefined || RouteId === undefined) return undefined;
      const answer = await orAbsent(client.send(new GetRouteResponsesCommand({ ApiId, RouteId })));
      const key = sought.text("route_response_key");
      const id = answer?.Items?.find(({ RouteResponseKey }) => RouteResponseKey === key)?.RouteResponseId;
      return id === undefined ? undefined : found(id, `${ApiId}/${RouteId}/${id}`);
    },
  };

  async function apis(): Promise<readonly Api[]> {
    const all: Api[] = [];
    let NextToken: string | undefined;
    do {
      const answer = await client.send(
        new GetApisCommand({ MaxResults, ...(NextToken !== undefined && { NextToken }) }),
      );
      all.push(...(answer.Items ?? []));
      NextToken = answer.NextToken;
    } while (NextToken !== undefined);
    return all;
  }
}
