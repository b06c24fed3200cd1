import type { StackJson } from "../synth";
import type { Invariants } from "./invariant";
import { type Resource, resources } from "./resources";

/** Rules about what the gateways and the Function URL let through. */
export const gateways: Invariants = {
  // API Gateway reads a missing number as 0 and refuses everything; the plan does not show it.
  "every stage has both throttles": (stack) =>
    resources(stack, "aws_apigatewayv2_stage").flatMap((stage) => {
      const settings = ["default_route_settings", ...stage.paths(/^route_settings\[\d+\]\.route_key$/).map(parent)];
      return settings
        .flatMap((block) => [`${block}.throttling_rate_limit`, `${block}.throttling_burst_limit`])
        .filter((path) => !(Number(stage.get(path)) > 0))
        .map((path) => `${stage.address}.${path} is 0`);
    }),

  // A bucket is shared by all clients: messages in one with new connections would keep everybody out.
  "new WebSocket connections have a throttle of their own, and so have messages": (stack) =>
    resources(stack, "aws_apigatewayv2_stage")
      .filter((stage) => isWebSocket(stack, stage))
      .flatMap((stage) => {
        const keys = stage.paths(/^route_settings\[\d+\]\.route_key$/).map((path) => stage.get(path));
        return ["$connect", "$default"]
          .filter((key) => !keys.includes(key))
          .map((key) => `${stage.address} has no throttle for ${key}`);
      }),

  "every stage has an access log in JSON with the request's id": (stack) =>
    resources(stack, "aws_apigatewayv2_stage")
      .filter((stage) => stage.get("access_log_settings.format.requestId") !== "$context.requestId")
      .map(({ address }) => `${address} does not log its requests`),

  // Execution logs hold whole messages; on an HTTP API AWS refuses the very setting.
  "no stage writes execution logs": (stack) =>
    resources(stack, "aws_apigatewayv2_stage")
      .filter((stage) => {
        const settings = ["default_route_settings", ...stage.paths(/^route_settings\[\d+\]\.route_key$/).map(parent)];
        return settings.some((block) => {
          const level = stage.get(`${block}.logging_level`);
          const trace = stage.get(`${block}.data_trace_enabled`);
          return isWebSocket(stack, stage)
            ? level !== "OFF" || trace !== false
            : level !== undefined || trace !== undefined;
        });
      })
      .map(({ address }) => `${address} writes execution logs, or its kind knows none`),

  // A deployment of ours would miss routes that go, and would spread create_before_destroy over what it depends on.
  "every stage deploys itself": (stack) => [
    ...resources(stack, "aws_apigatewayv2_stage")
      .filter((stage) => stage.get("auto_deploy") !== true || stage.get("deployment_id") !== undefined)
      .map(({ address }) => `${address} does not notice that a route changes`),
    ...resources(stack, "aws_apigatewayv2_deployment").map(({ address }) => `${address} is one of ours`),
  ],

  "a WebSocket stage is made after every route": (stack) =>
    resources(stack, "aws_apigatewayv2_stage")
      .filter((stage) => isWebSocket(stack, stage))
      .flatMap((stage) =>
        [...resources(stack, "aws_apigatewayv2_route"), ...resources(stack, "aws_apigatewayv2_route_response")]
          .filter((route) => route.get("api_id") === stage.get("api_id"))
          .filter((route) => !stage.list("depends_on").includes(route.address))
          .map((route) => `${stage.address} does not wait for ${route.address}`),
      ),

  "every HTTP route wants a signature": (stack) =>
    resources(stack, "aws_apigatewayv2_route")
      .filter((route) => !isWebSocket(stack, route))
      .filter((route) => route.get("authorization_type") !== "AWS_IAM")
      .map(({ address }) => `${address} is open to everybody`),

  // Lambda answers preflights itself and refuses OPTIONS in the list, at apply only.
  "the Function URL's methods are ones Lambda takes": (stack) =>
    resources(stack, "aws_lambda_function_url").flatMap((url) =>
      url
        .list("cors.allow_methods")
        .filter((method) => !["GET", "PUT", "POST", "DELETE", "HEAD", "PATCH"].includes(method))
        .map((method) => `${url.address} allows ${method}`),
    ),

  "browsers are let in from the environment's origins and no others": (stack, environment) =>
    [
      ...resources(stack, "aws_lambda_function_url").map((url) => ({ of: url, at: "cors" })),
      ...resources(stack, "aws_apigatewayv2_api")
        .filter((api) => api.get("protocol_type") === "HTTP")
        .map((api) => ({ of: api, at: "cors_configuration" })),
    ]
      .filter(({ of, at }) => of.list(`${at}.allow_origins`).join() !== environment.cors.allowedOrigins.join())
      .map(({ of }) => `${of.address} lets other origins in`),
};

/** Tells whether a stage or a route is one of a WebSocket API. */
function isWebSocket(stack: StackJson, part: Resource): boolean {
  return resources(stack, "aws_apigatewayv2_api").some(
    (api) => part.get("api_id") === `\${${api.address}.id}` && api.get("protocol_type") === "WEBSOCKET",
  );
}

function parent(path: string): string {
  return path.slice(0, path.lastIndexOf("."));
}
