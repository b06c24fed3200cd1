import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import type { TerraformStack } from "cdktf";
import type { Environment } from "../../environments/environment";
import { tagsOf } from "../../environments/tags";

export interface AwsProviderProps {
  readonly environment: Pick<Environment, "name" | "account" | "region" | "tags">;
}

/** Gives a stack its AWS provider, which works in one account and one region and tags everything that takes tags. */
export function addAwsProvider(stack: TerraformStack, { environment }: AwsProviderProps) {
  new AwsProvider(stack, "aws", {
    region: environment.region,
    allowedAccountIds: [environment.account],
    defaultTags: [{ tags: tagsOf(environment) }],
  });
  // The bindings are made for 6.25.0 and no newer ones will come. Two things need more: `invoked_via_function_url` of
  // aws_lambda_permission (6.28.0), without which every Function URL answers 403; and `use_lockfile` (Terraform 1.11).
  stack.addOverride("terraform.required_providers.aws.version", ">= 6.28.0, < 7.0.0");
  stack.addOverride("terraform.required_version", ">= 1.11.0");
}
