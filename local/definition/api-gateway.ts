import { StartError } from "../shared/errors";
import type { InvocationRequest } from "./lambda";
import type { FunctionDefinition } from "./model";
import { readStage } from "./stage";
import type { Resource, Terraform } from "./terraform";

/** Returns what API Gateway asks of a function's permissions for the route with this ARN. */
export function gatewayRequest(source: string): InvocationRequest {
  return { action: "lambda:InvokeFunction", principal: "apigateway.amazonaws.com", source };
}

/** The longest timeout, in seconds, of a function behind an API: WebSocket APIs wait for 29 seconds, HTTP APIs for 30. */
export const MAX_TIMEOUT = 29;

/** Returns the API of a protocol, if there is one. @throws StartError if there are several */
export function onlyApi(terraform: Terraform, protocol: "HTTP" | "WEBSOCKET"): Resource | undefined {
  const [api, second] = terraform
    .all("aws_apigatewayv2_api")
    .filter((candidate) => candidate.oneOf("protocol_type", ["HTTP", "WEBSOCKET"]) === protocol);
  if (second) throw new StartError(`${second.address}: a second ${protocol} API has no port here.`);
  return api;
}

/** Reads what HTTP and WebSocket APIs have in common. */
export function readApi(terraform: Terraform, api: Resource, kind: "http" | "websocket") {
  return {
    id: terraform.computed(api, "id"),
    executionArn: terraform.computed(api, "execution_arn"),
    stage: readStage(terraform, api, kind),
  };
}

/** Returns the routes of an API. */
export function routesOf(terraform: Terraform, api: Resource): Resource[] {
  const id = terraform.computed(api, "id");
  return terraform.all("aws_apigatewayv2_route").filter((route) => route.text("api_id") === id);
}

/** Returns the integration that a route's `target` names, in the route's own API. */
export function integrationOf(terraform: Terraform, route: Resource): Resource {
  const target = route.text("target");
  const integration = terraform
    .all("aws_apigatewayv2_integration")
    .find((candidate) => `integrations/${terraform.computed(candidate, "id")}` === target);
  if (!integration || integration.text("api_id") !== route.text("api_id"))
    throw new StartError(`${route.address}: its target ${target} is no integration of its API.`);
  integration.oneOf("integration_type", ["AWS_PROXY"]);
  return integration;
}

/** Returns the function that an integration invokes. */
export function targetOf(
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
  if (target.timeoutSeconds > MAX_TIMEOUT)
    throw new StartError(
      `${resource.address}: a timeout of ${target.timeoutSeconds} seconds behind API Gateway, which waits for ${MAX_TIMEOUT}, is not emulated.`,
    );
  return target;
}
