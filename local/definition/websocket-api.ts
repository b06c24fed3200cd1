import type { OnAuthorization } from "../iam/policy";
import { StartError } from "../shared/errors";
import { gatewayRequest, integrationOf, onlyApi, readApi, routesOf, targetOf } from "./api-gateway";
import { invocationCheck } from "./lambda";
import type { FunctionDefinition, WebSocketApiDefinition } from "./model";
import type { Resource, Terraform } from "./terraform";

/** Reads the WebSocket API. Returns undefined if there is none. */
export function readWebSocketApi(
  terraform: Terraform,
  functions: readonly FunctionDefinition[],
  onAuthorization: OnAuthorization,
): WebSocketApiDefinition | undefined {
  const api = onlyApi(terraform, "WEBSOCKET");
  if (!api) return undefined;
  const common = readApi(terraform, api, "websocket");
  const expression = api.text("route_selection_expression");
  const [, selection = ""] = /^\$request\.body\.(\w+(?:\.\w+)*)$/.exec(expression) ?? [];
  if (!selection)
    throw new StartError(
      `${api.address}: the route_selection_expression "${expression}" is not emulated: only $request.body.name is.`,
    );
  const routes = routesOf(terraform, api).map((route) => {
    const key = route.text("route_key");
    route.oneOf("authorization_type", ["NONE"], "NONE");
    const integration = integrationOf(terraform, route);
    integration.oneOf("payload_format_version", ["1.0"], "1.0");
    const target = targetOf(terraform, integration, functions);
    return {
      key,
      function: target,
      permitted: invocationCheck(
        terraform,
        target,
        gatewayRequest(`${common.executionArn}/${common.stage.name}/${key}`),
        onAuthorization,
      ),
      responds: responds(terraform, route),
    };
  });
  return { ...common, routeSelection: selection.split("."), routes };
}

/** Returns whether a route sends its function's answer back, which takes an expression and a route response. */
function responds(terraform: Terraform, route: Resource): boolean {
  if (!route.has("route_response_selection_expression")) return false;
  route.oneOf("route_response_selection_expression", ["$default"]);
  const id = terraform.computed(route, "id");
  return terraform
    .all("aws_apigatewayv2_route_response")
    .some(
      (response) =>
        response.text("route_id") === id &&
        response.text("api_id") === route.text("api_id") &&
        response.oneOf("route_response_key", ["$default"]) === "$default",
    );
}
