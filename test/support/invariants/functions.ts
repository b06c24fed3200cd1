import type { Invariants } from "./invariant";
import { resources } from "./resources";

/** What Lambda runs, and what it is told. */
export const functions: Invariants = {
  "every function runs on the environment's architecture": (stack, { architecture }) =>
    resources(stack, "aws_lambda_function")
      .filter((lambda) => lambda.list("architectures").join() !== architecture)
      .map(({ address }) => `${address} runs on another architecture`),

  // Lambda makes a missing log group itself, one that keeps everything for ever.
  "every function has a log group of its own, made before it": (stack) => {
    const groups = resources(stack, "aws_cloudwatch_log_group");
    return resources(stack, "aws_lambda_function").flatMap((lambda) => {
      const own = groups.filter((group) => group.get("name") === `/aws/lambda/${lambda.get("function_name")}`);
      if (own.length !== 1) return [`${lambda.address} has ${own.length} log groups`];
      return own
        .filter((group) => !lambda.list("depends_on").includes(group.address))
        .map((group) => `${lambda.address} does not wait for ${group.address}`);
    });
  },

  "every log group forgets": (stack) =>
    resources(stack, "aws_cloudwatch_log_group")
      .filter((group) => !(Number(group.get("retention_in_days")) > 0))
      .map(({ address }) => `${address} keeps everything for ever`),

  "every function has a role of its own, whose policy it waits for": (stack) => {
    const lambdas = resources(stack, "aws_lambda_function");
    const policies = resources(stack, "aws_iam_role_policy");
    return lambdas.flatMap((lambda) => {
      const role = String(lambda.get("role"));
      const sharing = lambdas.filter((other) => other !== lambda && other.get("role") === role);
      const waiting = policies.some(
        (policy) =>
          role.replace(".arn}", ".name}") === policy.get("role") && lambda.list("depends_on").includes(policy.address),
      );
      return [
        ...sharing.map((other) => `${lambda.address} shares its role with ${other.address}`),
        ...(waiting ? [] : [`${lambda.address} does not wait for its role's policy`]),
      ];
    });
  },

  // With it set, firebase-admin accepts tokens that nobody signed. Secrets do not belong in a plan or a state, and
  // AWS's own variables, such as an endpoint, are not ours to set in the cloud.
  // A key's id only says which one is meant.
  "no variable names an emulator, a secret or something that is AWS's": (stack) =>
    resources(stack, "aws_lambda_function").flatMap((lambda) =>
      lambda
        .paths(
          /^environment\.variables\.(.*EMULATOR.*|.*(SECRET|PASSWORD|TOKEN|PRIVATE|CREDENTIAL|_KEY(?!_ID$)).*|AWS_.*)$/,
        )
        .map((path) => `${lambda.address} sets ${path.split(".").at(-1)}`),
    ),

  // A tag can be moved, and Lambda does not notice; a digest says which bytes run.
  "images are deployed by digest": (stack) =>
    resources(stack, "aws_lambda_function")
      .filter((lambda) => lambda.get("package_type") === "Image")
      .filter((lambda) => !/@(sha256:[0-9a-f]{64}|\$\{[\w.-]+\.sha256_digest\})$/.test(String(lambda.get("image_uri"))))
      .map((lambda) => `${lambda.address} deploys ${lambda.get("image_uri")}`),

  "zips are deployed by content": (stack) =>
    resources(stack, "aws_lambda_function")
      .filter((lambda) => lambda.get("package_type") !== "Image")
      .filter((lambda) => !/^[A-Za-z0-9+/]{43}=$/.test(String(lambda.get("source_code_hash"))))
      .map(({ address }) => `${address} has no SHA-256 of its zip`),
};
