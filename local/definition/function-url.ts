import type { OnAuthorization } from "../iam/policy";
import { StartError } from "../shared/errors";
import { readCors } from "./cors";
import { invocationCheck } from "./lambda";
import type { FunctionDefinition, FunctionUrlDefinition } from "./model";
import type { Terraform } from "./terraform";

/** Reads the Function URL. Returns undefined if there is none. */
export function readFunctionUrl(
  terraform: Terraform,
  functions: readonly FunctionDefinition[],
  onAuthorization: OnAuthorization,
): FunctionUrlDefinition | undefined {
  const [resource, second] = terraform.all("aws_lambda_function_url");
  if (second) throw new StartError(`${second.address}: a second Function URL has no port here.`);
  if (!resource) return undefined;
  resource.oneOf("authorization_type", ["NONE"]);
  resource.oneOf("invoke_mode", ["BUFFERED"], "BUFFERED");
  const name = resource.text("function_name");
  const target = functions.find((candidate) => candidate.name === name || candidate.arn === name);
  if (!target) throw new StartError(`${resource.address}: the function ${name} is not in the definition.`);
  const cors = resource.block("cors");
  const request = { principal: "*", source: target.arn };
  const mayCall = invocationCheck(
    terraform,
    target,
    { ...request, action: "lambda:InvokeFunctionUrl" },
    onAuthorization,
    (permission) => permission.oneOf("function_url_auth_type", ["NONE", "AWS_IAM"]) === "NONE",
  );
  const mayInvoke = invocationCheck(
    terraform,
    target,
    { ...request, action: "lambda:InvokeFunction" },
    onAuthorization,
    (permission) => permission.flag("invoked_via_function_url", false),
  );
  return {
    id: terraform.computed(resource, "url_id"),
    function: target,
    cors: cors && readCors(cors),
    // Everybody needs both permissions; see https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
    permitted: () => mayCall() && mayInvoke(),
  };
}
