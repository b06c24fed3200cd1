/**
 * Every physical name, made in one place: `<prefix>-<environment>-<thing>`.
 *
 * Nothing else in the project builds a name, so that validation can check all of them against AWS's limits before
 * anything is synthesized.
 */
import type { Environment } from "./environment";
import { project } from "./project";

type Named = Pick<Environment, "name">;
type Placed = Pick<Environment, "name" | "account" | "region">;

/** What every environment consists of, by kind; a thing that is given a physical name is listed here. */
export const things = {
  functions: ["api", "websocket-connect", "websocket-disconnect", "websocket-default", "websocket-broadcast"],
  tables: ["posts", "comments", "favorites", "websocket-connections"],
  gateways: ["websocket-api", "http-api"],
} as const;

/** `blogapp-staging-posts` for the thing `posts` of staging. A function's role bears the function's name. */
export function physicalName(environment: Named, thing: string): string {
  return `${project.prefix}-${environment.name}-${thing}`;
}

/** The log group Lambda writes to unless told otherwise. */
export function lambdaLogGroup(functionName: string): string {
  return `/aws/lambda/${functionName}`;
}

/** The log group of a gateway's access logs. */
export function gatewayLogGroup(apiName: string): string {
  return `/aws/apigateway/${apiName}`;
}

/** The ECR repository of the API's image: `blogapp-staging-api`. */
export function repositoryName(environment: Named): string {
  return physicalName(environment, "api");
}

/** What Docker calls the repository: `<account>.dkr.ecr.<region>.amazonaws.com/blogapp-staging-api`, without a tag. */
export function repositoryUrl(environment: Placed): string {
  const suffix = environment.region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
  return `${environment.account}.dkr.ecr.${environment.region}.${suffix}/${repositoryName(environment)}`;
}

/** The ids of the two stacks of an environment: the repository's, deployed once before, and everything else. */
export function stackNames(environment: Named): { readonly repository: string; readonly application: string } {
  return { repository: `${environment.name}-ecr`, application: environment.name };
}

/** The S3 bucket that holds Terraform's state: one per account. */
export function stateBucket(environment: Pick<Environment, "account">): string {
  return `${project.prefix}-terraform-state-${environment.account}`;
}

/** The object in that bucket that holds the state of one stack: `blogapp/staging/staging-ecr.tfstate`. */
export function stateKey(environment: Named, stackName: string): string {
  return `${project.prefix}/${environment.name}/${stackName}.tfstate`;
}
