/**
 * Every physical name, made in one place: `<prefix>-<environment>-<thing>`.
 *
 * Nothing else in the project builds a name, so that validation can check all of them against AWS's limits before
 * anything is synthesized.
 */
import type { Environment } from "./environment";
import { partition } from "./partition";
import { project } from "./project";

type Named = Pick<Environment, "name">;
type Placed = Pick<Environment, "name" | "account" | "region">;

/** What every environment consists of, by kind; a thing that is given a physical name is listed here. */
export const things = {
  functions: ["api", "websocket-connect", "websocket-disconnect", "websocket-default", "websocket-broadcast"],
  tables: ["posts", "comments", "favorites", "websocket-connections", "websocket-tickets"],
  gateways: ["websocket-api", "http-api"],
  keys: ["signing"],
} as const;

export type Thing = (typeof things)[keyof typeof things][number];

/** `blogapp-staging-posts` for the thing `posts` of staging. A function's role bears the function's name. */
export function physicalName(environment: Named, thing: Thing): string {
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

/** What a person finds a KMS key by: `alias/blogapp-staging-signing`. */
export function keyAlias(environment: Named, key: (typeof things.keys)[number]): string {
  return `alias/${physicalName(environment, key)}`;
}

/** The ECR repository of the API's image: `blogapp-staging-api`. */
export function repositoryName(environment: Named): string {
  return physicalName(environment, "api");
}

/** What Docker calls the repository: `<account>.dkr.ecr.<region>.amazonaws.com/blogapp-staging-api`, without a tag. */
export function repositoryUrl(environment: Placed): string {
  const { account, region } = environment;
  return `${account}.dkr.ecr.${region}.${partition(region).domain}/${repositoryName(environment)}`;
}

/** The ids of an environment's two stacks: the repository's is deployed once before, the other holds everything else. */
export function stackNames(environment: Named): { readonly application: string; readonly repository: string } {
  return { application: environment.name, repository: `${environment.name}-ecr` };
}

/** The S3 bucket that holds Terraform's state: one per account. */
export function stateBucket(environment: Pick<Environment, "account">): string {
  return `${project.prefix}-terraform-state-${environment.account}`;
}

/** The object in that bucket that holds the state of one stack: `blogapp/staging/staging-ecr.tfstate`. */
export function stateKey(environment: Named, stackName: string): string {
  return `${project.prefix}/${environment.name}/${stackName}.tfstate`;
}

/** The most characters AWS accepts in a name, by kind. */
export const LONGEST = {
  "Lambda function": 64, // https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
  "IAM role": 64, // https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
  "DynamoDB table": 255, // https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html
  "API Gateway API": 128, // https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis.html
  "API Gateway stage": 128, // https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-stages.html
  "ECR repository": 256, // https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html
  "CloudWatch log group": 512, // https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html
  "KMS alias": 256, // https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateAlias.html
  "S3 bucket": 63, // https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
  "S3 object key": 1024, // https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html
} as const;
export type NameKind = keyof typeof LONGEST;

/**
 * Every name that is the environment's own. The bucket is not: it is the account's.
 *
 * The prefix and the environment's name are lower-case letters, digits and single hyphens, which every kind accepts.
 */
export function physicalNames(environment: Named): readonly { readonly kind: NameKind; readonly name: string }[] {
  const ofKind = (kind: NameKind, names: readonly string[]) => names.map((name) => ({ kind, name }));
  const named = (list: readonly Thing[]) => list.map((thing) => physicalName(environment, thing));
  const functions = named(things.functions);
  const gateways = named(things.gateways);
  const states = Object.values(stackNames(environment)).map((stack) => stateKey(environment, stack));
  return [
    ...ofKind("Lambda function", functions),
    ...ofKind("IAM role", functions),
    ...ofKind("DynamoDB table", named(things.tables)),
    ...ofKind("API Gateway API", gateways),
    ...ofKind("API Gateway stage", [environment.name]),
    ...ofKind("ECR repository", [repositoryName(environment)]),
    ...ofKind("CloudWatch log group", [...functions.map(lambdaLogGroup), ...gateways.map(gatewayLogGroup)]),
    ...ofKind(
      "KMS alias",
      things.keys.map((key) => keyAlias(environment, key)),
    ),
    ...ofKind("S3 object key", states),
  ];
}
