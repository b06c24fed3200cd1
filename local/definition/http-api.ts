import type { OnAuthorization } from "../iam/policy";
import { StartError } from "../shared/errors";
import { gatewayRequest, integrationOf, onlyApi, readApi, routesOf, targetOf } from "./api-gateway";
import { readCors } from "./cors";
import { invocationCheck } from "./lambda";
import type { FunctionDefinition, HttpApiDefinition } from "./model";
import type { Terraform } from "./terraform";

/** Reads the HTTP API. Returns undefined if there is none. */
export function readHttpApi(
  terraform: Terraform,
  functions: readonly FunctionDefinition[],
  onAuthorization: OnAuthorization,
): HttpApiDefinition | undefined {
  const api = onlyApi(terraform, "HTTP");
  if (!api) return undefined;
  const common = readApi(terraform, api, "http");
  const cors = api.block("cors_configuration");
  const routes = routesOf(terraform, api).map((route) => {
    const key = route.text("route_key");
    const [, method = "", path = ""] = /^([A-Z]+) (\/[^{}]*)$/.exec(key) ?? [];
    if (!method || method === "ANY")
      throw new StartError(`${route.address}: the route_key "${key}" is not emulated: only METHOD /literal/path is.`);
    const integration = integrationOf(terraform, route);
    integration.oneOf("payload_format_version", ["2.0"]);
    const target = targetOf(terraform, integration, functions);
    const source = `${common.executionArn}/${common.stage.name}/${method}${path}`;
    return {
      key,
      method,
      path,
      authorization: route.oneOf("authorization_type", ["NONE", "AWS_IAM"], "NONE"),
      function: target,
      permitted: invocationCheck(terraform, target, gatewayRequest(source), onAuthorization),
    };
  });
  return { ...common, cors: cors && readCors(cors), routes };
}
