import path from "node:path";
import { type Policy, patternOf, readPolicy, union } from "../iam/policy";
import { StartError } from "../shared/errors";
import type { FunctionDefinition } from "./model";
import type { Resource, Terraform } from "./terraform";

/** The bundle of the image function. */
const IMAGE_BUNDLE = "api";

/** Reads the functions of the definition, each with the policy of its role. */
export function readFunctions(terraform: Terraform): FunctionDefinition[] {
  const groups = new Map(
    terraform.all("aws_cloudwatch_log_group").map((group) => [group.text("name"), terraform.computed(group, "arn")]),
  );
  const functions = terraform.all("aws_lambda_function").map((resource) => {
    const name = resource.text("function_name");
    const role = readRole(terraform, resource);
    const logGroup = `/aws/lambda/${name}`;
    const streams = `${groups.get(logGroup)}:log-stream:any`;
    const packageType = resource.oneOf("package_type", ["Zip", "Image"], "Zip");
    return {
      name,
      bundle: packageType === "Image" ? IMAGE_BUNDLE : readBundle(resource),
      packageType,
      arn: terraform.computed(resource, "arn"),
      runtime: resource.has("runtime") ? resource.text("runtime") : undefined,
      variables: resource.block("environment")?.map("variables") ?? {},
      // Lambda's own defaults; see https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
      timeoutSeconds: resource.has("timeout") ? resource.number("timeout") : 3,
      memoryMegabytes: resource.has("memory_size") ? resource.number("memory_size") : 128,
      ...role,
      logGroup,
      logs: ["logs:CreateLogStream", "logs:PutLogEvents"].every((action) => role.policy.allows(action, streams)),
    };
  });
  const images = functions.filter(({ packageType }) => packageType === "Image");
  if (images.length > 1)
    throw new StartError(
      `${images.map(({ name }) => name).join(" and ")} are images: only one can be run, from dist/${IMAGE_BUNDLE}.`,
    );
  return functions;
}

function readBundle(resource: Resource): string {
  resource.oneOf("handler", ["index.handler"]);
  return path.basename(resource.text("filename"), ".zip");
}

function readRole(terraform: Terraform, resource: Resource): { readonly roleName: string; readonly policy: Policy } {
  const arn = resource.text("role");
  const role = terraform.all("aws_iam_role").find((candidate) => terraform.computed(candidate, "arn") === arn);
  if (!role) throw new StartError(`${resource.address}: the role ${arn} is not in the definition.`);
  const roleName = role.text("name");
  const policies = terraform.all("aws_iam_role_policy").filter((policy) => policy.text("role") === roleName);
  return {
    roleName,
    policy: union(policies.map((policy) => readPolicy(policy.text("policy"), policy.address))),
  };
}

/** Returns whether a service, such as API Gateway, may invoke a function for the resource with the ARN `source`. */
export function mayInvoke(terraform: Terraform, target: FunctionDefinition, principal: string, source: string) {
  return permissionsOf(terraform, target).some(
    (permission) =>
      permission.text("action") === "lambda:InvokeFunction" &&
      permission.text("principal") === principal &&
      (!permission.has("source_arn") || patternOf(permission.text("source_arn")).test(source)),
  );
}

/** Returns the permissions that others have on a function. */
export function permissionsOf(terraform: Terraform, target: FunctionDefinition): Resource[] {
  return terraform
    .all("aws_lambda_permission")
    .filter((permission) => [target.name, target.arn].includes(permission.text("function_name")));
}
