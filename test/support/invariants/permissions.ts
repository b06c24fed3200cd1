import type { StackJson } from "../synth";
import type { Invariants } from "./invariant";
import { type Resource, resources } from "./resources";

/** The places where an asterisk may be, with the reason. */
const WILDCARDS: readonly { readonly policy: RegExp; readonly name: RegExp; readonly because: string }[] = [
  {
    policy: /^aws_iam_role_policy\./,
    name: /^\$\{aws_cloudwatch_log_group\.[\w-]+\.arn\}:log-stream:\*$/,
    because: "Lambda names the streams",
  },
  {
    policy: /^aws_iam_role_policy\.(announce|broadcast|deliver-segments)_role_policy$/,
    name: /^\$\{aws_apigatewayv2_api\.websocket\.execution_arn\}\/[a-z0-9-]+\/POST\/@connections\/\*$/,
    because: "connections come and go, and a broadcast is for all of them",
  },
  {
    policy: /^aws_iam_role_policy\./,
    name: /^\$\{aws_dynamodb_table\.[\w-]+\.arn\}\/stream\/\*$/,
    because: "a stream's ARN ends with the time at which it was switched on, and a new one needs no new permission",
  },
  {
    policy: /^aws_iam_role_policy\.default_role_policy$/,
    name: /^\$\{aws_apigatewayv2_api\.websocket\.execution_arn\}\/[a-z0-9-]+\/DELETE\/@connections\/\*$/,
    because: "any connection may flood, and is cut off then",
  },
  {
    policy: /^aws_kms_key\./,
    name: /^(kms:)?\*$/,
    because: "a key's policy is about that key alone, and leaves the rest to the account's IAM policies",
  },
];

/** Rules about who may do what to which resource. */
export const permissions: Invariants = {
  "no policy has a wildcard without a written reason": (stack) =>
    policies(stack).flatMap(({ policy, paths }) => [
      ...paths
        .filter((path) => /\.(Action|Resource)(\[\d+\])?$/.test(path))
        .flatMap((path) => {
          const value = policy.get(path);
          const names = typeof value === "string" ? [value] : policy.list(path);
          return names
            .filter((name) => name.includes("*") && !isExplained(policy.address, name))
            .map((name) => `${policy.address} allows ${name}`);
        }),
      ...paths
        .filter((path) => /\.Not(Action|Resource|Principal)/.test(path))
        .map((path) => `${policy.address}: ${path}`),
    ]),

  // https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
  "every role is for Lambda, or for the schedules of its own group": (stack, { account }) =>
    resources(stack, "aws_iam_role")
      .filter((role) => {
        const get = (path: string) => role.get(`assume_role_policy.Statement[0].${path}`);
        if (get("Principal.Service") === "lambda.amazonaws.com") return false;
        return !(
          get("Principal.Service") === "scheduler.amazonaws.com" &&
          get("Condition.StringEquals.aws:SourceAccount") === account &&
          String(get("Condition.StringEquals.aws:SourceArn")).startsWith(`\${aws_scheduler_schedule_group.`)
        );
      })
      .map(({ address }) => `${address} can be assumed by others`),

  "every key is in the hands of its own account": (stack, { account }) =>
    resources(stack, "aws_kms_key")
      .filter((key) => {
        const principals = key.paths(/^policy\.Statement\[\d+\]\.Principal/).map((path) => String(key.get(path)));
        return !principals.every((principal) => principal.endsWith(`:iam::${account}:root`)) || principals.length === 0;
      })
      .map(({ address }) => `${address} can be used by others`),

  // Without it any API Gateway of any account could call the function.
  "every gateway's permission names the one route it is for": (stack) =>
    permissionsOf(stack, "apigateway.amazonaws.com")
      .filter((permission) => !/^\$\{aws_apigatewayv2_api\.[\w-]+\.execution_arn\}\/[^*]+$/.test(source(permission)))
      .map((permission) => `${permission.address} is for ${source(permission) || "any route"}`),

  "every route has a permission to call its function": (stack) => {
    const sources = permissionsOf(stack, "apigateway.amazonaws.com").map(source);
    return resources(stack, "aws_apigatewayv2_route")
      .filter((route) => {
        const api = String(route.get("api_id")).replace(/\.id}$/, ".execution_arn}");
        const key = String(route.get("route_key")).replace(" ", "");
        return sources.filter((arn) => arn === `${api}/${stageOf(stack, route)}/${key}`).length !== 1;
      })
      .map(({ address }) => `${address} has no permission of its own`);
  },

  // https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
  "a Function URL has its two permissions, the second only through the URL": (stack) =>
    resources(stack, "aws_lambda_function_url").flatMap((url) => {
      const own = permissionsOf(stack, "*").filter(
        (one) => one.get("function_name") === url.get("function_name") && one.list("depends_on").includes(url.address),
      );
      const call = own.filter(
        (one) => one.get("action") === "lambda:InvokeFunctionUrl" && one.get("function_url_auth_type") === "NONE",
      );
      const invoke = own.filter(
        (one) =>
          one.get("action") === "lambda:InvokeFunction" &&
          one.get("invoked_via_function_url") === true &&
          one.get("function_url_auth_type") === undefined,
      );
      const ids = new Set(own.map((one) => one.get("statement_id")));
      return call.length === 1 && invoke.length === 1 && ids.size === 2
        ? []
        : [`${url.address} answers 403: it needs both permissions, with different statement ids`];
    }),

  "nothing but a Function URL is open to everybody": (stack) =>
    permissionsOf(stack, "*")
      .filter((one) => one.get("function_url_auth_type") !== "NONE" && one.get("invoked_via_function_url") !== true)
      .map(({ address }) => `${address} lets everybody invoke with an event of their own`),
};

const isExplained = (address: string, name: string): boolean =>
  WILDCARDS.some((wildcard) => wildcard.policy.test(address) && wildcard.name.test(name));

function policies(stack: StackJson) {
  return ["aws_iam_role_policy", "aws_ecr_repository_policy", "aws_kms_key"]
    .flatMap((type) => resources(stack, type))
    .map((policy) => ({ policy, paths: policy.paths(/^policy\.Statement\[/) }));
}

function permissionsOf(stack: StackJson, principal: string): readonly Resource[] {
  return resources(stack, "aws_lambda_permission").filter((permission) => permission.get("principal") === principal);
}

function stageOf(stack: StackJson, route: Resource): unknown {
  return resources(stack, "aws_apigatewayv2_stage")
    .find((stage) => stage.get("api_id") === route.get("api_id"))
    ?.get("name");
}

function source(permission: Resource): string {
  return String(permission.get("source_arn") ?? "");
}
