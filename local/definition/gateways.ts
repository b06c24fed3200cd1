import { StartError } from "../shared/errors";
import { mayInvoke } from "./functions";
import type { FunctionDefinition, HttpApiDefinition, WebSocketApiDefinition } from "./model";
import { readCors, readStage } from "./stages";
import type { Resource, Terraform } from "./terraform";

const GATEWAY = "apigateway.amazonaws.com";
/** Seconds that both kinds of API wait for a function at most; HTTP APIs one more. */
const LONGEST_WAIT = 29;

/** The one HTTP API, if there is one. */
export function readHttpApi(
  terraform: Terraform,
  functions: readonly FunctionDefinition[],
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
      permitted: mayInvoke(terraform, target, GATEWAY, source),
    };
  });
  return { ...common, cors: cors && readCors(cors), routes };
}

/** The one WebSocket API, if there is one. */
export function readWebSocketApi(
  terraform: Terraform,
  functions: readonly FunctionDefinition[],
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
      permitted: mayInvoke(terraform, target, GATEWAY, `${common.executionArn}/${common.stage.name}/${key}`),
      responds: responds(terraform, route),
    };
  });
  return { ...common, routeSelection: selection.split("."), routes };
}

function onlyApi(terraform: Terraform, protocol: "HTTP" | "WEBSOCKET"): Resource | undefined {
  const [api, second] = terraform
    .all("aws_apigatewayv2_api")
    .filter((candidate) => candidate.oneOf("protocol_type", ["HTTP", "WEBSOCKET"]) === protocol);
  if (second) throw new StartError(`${second.address}: a second ${protocol} API has no port here.`);
  return api;
}

function readApi(terraform: Terraform, api: Resource, kind: "http" | "websocket") {
  return {
    id: terraform.computed(api, "id"),
    executionArn: terraform.computed(api, "execution_arn"),
    stage: readStage(terraform, api, kind),
  };
}

function routesOf(terraform: Terraform, api: Resource): Resource[] {
  const id = terraform.computed(api, "id");
  return terraform.all("aws_apigatewayv2_route").filter((route) => route.text("api_id") === id);
}

/** The integration that a route's `target` names, in the route's own API. */
function integrationOf(terraform: Terraform, route: Resource): Resource {
  const target = route.text("target");
  const integration = terraform
    .all("aws_apigatewayv2_integration")
    .find((candidate) => `integrations/${terraform.computed(candidate, "id")}` === target);
  if (!integration || integration.text("api_id") !== route.text("api_id"))
    throw new StartError(`${route.address}: its target ${target} is no integration of its API.`);
  integration.oneOf("integration_type", ["AWS_PROXY"]);
  return integration;
}

function targetOf(
  terraform: Terraform,
  integration: Resource,
  functions: readonly FunctionDefinition[],
): FunctionDefinition {
  const uri = integration.text("integration_uri");
  const resource = terraform
    .all("aws_lambda_function")
    .find((candidate) =>
      [terraform.computed(candidate, "invoke_arn"), terraform.computed(candidate, "arn")].includes(uri),
    );
  const target = resource && functions.find(({ name }) => name === resource.text("function_name"));
  if (!target) throw new StartError(`${integration.address}: ${uri} is no function of the definition.`);
  if (target.timeoutSeconds > LONGEST_WAIT)
    throw new StartError(
      `${resource.address}: a timeout of ${target.timeoutSeconds} seconds behind API Gateway, which waits for ${LONGEST_WAIT}, is not emulated.`,
    );
  return target;
}

/** Whether a WebSocket route sends its function's answer back: that takes an expression and a route response. */
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
