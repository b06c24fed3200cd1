import path from "node:path";
import { type Grant, type OnAuthorization, type Policy, patternOf, readPolicy, union } from "../iam/policy";
import { StartError } from "../shared/errors";
import type { FunctionDefinition } from "./model";
import type { Resource, Terraform } from "./terraform";
import { requireTrust } from "./trust";

/** The bundle of the image function. */
const IMAGE_BUNDLE = "api";

/**
 * Reads the functions of the definition, each with the policy of its role.
 *
 * @param onAuthorization hears of every decision of the policies
 */
export function readFunctions(terraform: Terraform, onAuthorization: OnAuthorization): FunctionDefinition[] {
  const groups = new Map(
    terraform.all("aws_cloudwatch_log_group").map((group) => [group.text("name"), terraform.computed(group, "arn")]),
  );
  const functions = terraform.all("aws_lambda_function").map((resource) => {
    const name = resource.text("function_name");
    const role = readRole(terraform, resource, name, onAuthorization);
    const logGroup = `/aws/lambda/${name}`;
    const streams = `${groups.get(logGroup)}:log-stream:any`;
    const packageType = resource.oneOf("package_type", ["Zip", "Image"], "Zip");
    return {
      name,
      bundle: packageType === "Image" ? IMAGE_BUNDLE : readBundle(resource),
      packageType,
      arn: terraform.computed(resource, "arn"),
      runtime: resource.has("runtime") ? readRuntime(resource) : undefined,
      variables: resource.block("environment")?.map("variables") ?? {},
      // Lambda's own defaults; see https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
      timeoutSeconds: resource.has("timeout") ? resource.number("timeout") : 3,
      memoryMegabytes: resource.has("memory_size") ? resource.number("memory_size") : 128,
      ...role,
      logGroup,
      mayWriteLogs: () =>
        ["logs:CreateLogStream", "logs:PutLogEvents"].every((action) => role.policy.allows(action, streams)),
    };
  });
  const images = functions.filter(({ packageType }) => packageType === "Image");
  if (images.length > 1)
    throw new StartError(
      `${images.map(({ name }) => name).join(" and ")} are images: only one can be run, from dist/${IMAGE_BUNDLE}.`,
    );
  return functions.map((target) => ({
    ...target,
    grants: [...target.policy.grants, ...permissionsOf(terraform, target).map(grantOf)],
  }));
}

/** Returns the runtime of a function from a zip file, which has to be one that this process can stand for. */
function readRuntime(resource: Resource): string {
  const runtime = resource.text("runtime");
  if (!/^nodejs\d+\.x$/.test(runtime))
    throw new StartError(`${resource.address}: the runtime "${runtime}" is not emulated: only those of Node.js are.`);
  return runtime;
}

function readBundle(resource: Resource): string {
  resource.oneOf("handler", ["index.handler"]);
  return path.basename(resource.text("filename"), ".zip");
}

function readRole(
  terraform: Terraform,
  resource: Resource,
  functionName: string,
  onAuthorization: OnAuthorization,
): { readonly roleName: string; readonly policy: Policy } {
  const arn = resource.text("role");
  const role = terraform.all("aws_iam_role").find((candidate) => terraform.computed(candidate, "arn") === arn);
  if (!role) throw new StartError(`${resource.address}: the role ${arn} is not in the definition.`);
  requireTrust(role, "lambda.amazonaws.com", resource.address);
  const roleName = role.text("name");
  const policies = terraform.all("aws_iam_role_policy").filter((policy) => policy.text("role") === roleName);
  return {
    roleName,
    policy: union(
      policies.map((policy) => readPolicy(policy.text("policy"), policy.address)),
      (decision) => onAuthorization({ ...decision, function: functionName }),
    ),
  };
}

/** An invocation for which somebody needs a permission. */
export interface InvocationRequest {
  readonly action: "lambda:InvokeFunction" | "lambda:InvokeFunctionUrl";
  /** The service that invokes, or `*` for everybody. */
  readonly principal: string;
  /** The ARN of the resource that it invokes for. */
  readonly source: string;
}

/**
 * Returns a check whether the permissions on a function allow a request.
 *
 * @param onAuthorization hears of the decision whenever it is asked for
 * @param condition what else a permission has to fulfil
 */
export function invocationCheck(
  terraform: Terraform,
  target: FunctionDefinition,
  { action, principal, source }: InvocationRequest,
  onAuthorization: OnAuthorization,
  condition: (permission: Resource) => boolean = () => true,
): () => boolean {
  const permission = permissionsOf(terraform, target).find(
    (candidate) =>
      candidate.text("action") === action &&
      candidate.text("principal") === principal &&
      (!candidate.has("source_arn") || patternOf(candidate.text("source_arn")).test(source)) &&
      condition(candidate),
  );
  const grant = permission && grantOf(permission);
  return () => {
    onAuthorization({ function: target.name, action, resource: source, grant });
    return grant !== undefined;
  };
}

const grantOf = (permission: Resource): Grant => ({
  source: permission.address,
  action: permission.text("action"),
  resource: permission.has("source_arn") ? permission.text("source_arn") : "*",
});

function permissionsOf(terraform: Terraform, target: Pick<FunctionDefinition, "name" | "arn">): Resource[] {
  return terraform
    .all("aws_lambda_permission")
    .filter((permission) => [target.name, target.arn].includes(permission.text("function_name")));
}
