import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import type { TerraformStack } from "cdktf";
import type { Environment } from "../../environments/environment";
import { tagsOf } from "../../environments/tags";

export interface AwsProviderProps {
  readonly environment: Pick<Environment, "name" | "account" | "region" | "tags">;
}

/**
 * The one version of hashicorp/aws that everybody plans with. The bindings are made for 6.25.0 and no newer ones will
 * come; `invoked_via_function_url` of aws_lambda_permission, without which every Function URL answers 403, exists from
 * 6.28.0. A range is no pin: releases up to 6.35 plan changes of tables that never end, panic or rebuild every index.
 * This one has their fixes, and is neither the first nor the last of its line: docs/decisions/deploying/provider-version.md.
 */
const AWS_PROVIDER_VERSION = "6.50.0";

/** Gives a stack its AWS provider, which works in one account and one region and tags everything that takes tags. */
export function addAwsProvider(stack: TerraformStack, { environment }: AwsProviderProps) {
  new AwsProvider(stack, "aws", {
    region: environment.region,
    allowedAccountIds: [environment.account],
    defaultTags: [{ tags: tagsOf(environment) }],
  });
  stack.addOverride("terraform.required_providers.aws.version", AWS_PROVIDER_VERSION);
  // From 1.11 on the backend locks with a file beside the state, which `use_lockfile` asks for.
  stack.addOverride("terraform.required_version", ">= 1.11.0");
}
