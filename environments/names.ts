/**
 * Makes every physical name: `<prefix>-<environment>-<thing>`.
 *
 * Nothing else in the project builds a name. A thing is anything with a name of its own, such as a table or a function.
 * Its name is bounded here, so that validation knows for which environments every name fits AWS's limits before
 * anything is synthesized, and no list of things has to be kept.
 */
import { project } from "./project";
import { LONGEST_REGION, partition } from "./region";

interface Named {
  readonly name: string;
}
interface Placed extends Named {
  readonly account: string;
  readonly region: string;
}

/** The beginning of the names of previews, which are made and destroyed by the dozen: `preview-17`. */
export const PREVIEW = "preview-";

/**
 * The name under which roles and rights for an environment are: its own, and one for all previews, so that an account
 * is prepared for them once.
 */
export function guardedName({ name }: Named): string {
  return name.startsWith(PREVIEW) ? "preview" : name;
}

/** The most characters of a thing's name. More would leave an environment's name less room. */
export const LONGEST_THING = 30;

/**
 * The most characters AWS accepts in the names of Lambda functions and of IAM roles. Every other name with a thing in it
 * may be longer.
 *
 * https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
 */
const LONGEST_NAME = 64;

/** The most characters AWS accepts in a bucket's name; see https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
const LONGEST_BUCKET_NAME = 63;

const WORDS = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const NOT_WORDS = "is not lower-case letters, digits and single hyphens, starting with a letter";

/** Tells whether a text consists of lower-case letters, digits and single hyphens, which every kind of name accepts. */
export function isName(text: string): boolean {
  return WORDS.test(text);
}

/**
 * Returns `blogapp-staging-posts` for the thing `posts` of staging. A function's role bears the function's name.
 *
 * @throws Error when the thing's name is too long or has other characters than names are made of.
 */
export function physicalName(environment: Named, thing: string): string {
  const subject = `The name ${JSON.stringify(thing)} of a thing in ${environment.name}`;
  if (!isName(thing)) throw new Error(`${subject} ${NOT_WORDS}; write one such as "posts".`);
  if (thing.length > LONGEST_THING)
    throw new Error(`${subject} has ${thing.length} characters; shorten it to ${LONGEST_THING}.`);
  return `${environmentPrefix(environment)}${thing}`;
}

/** The beginning of every physical name of an environment: `blogapp-staging-`. Names of `staging-eu` begin so too. */
export function environmentPrefix(environment: Named): string {
  return `${project.prefix}-${environment.name}-`;
}

/** The log group Lambda writes to unless told otherwise. */
export function lambdaLogGroup(functionName: string): string {
  return `/aws/lambda/${functionName}`;
}

/** The log group of a gateway's access logs. */
export function gatewayLogGroup(apiName: string): string {
  return `/aws/apigateway/${apiName}`;
}

/** The name a person finds a KMS key by: `alias/blogapp-staging-signing`. */
export function keyAlias(environment: Named, key: string): string {
  return `alias/${physicalName(environment, key)}`;
}

/** The ECR repository of the API's image: `blogapp-staging-api`. */
export function repositoryName(environment: Named): string {
  return physicalName(environment, "api");
}

/** The repository as Docker names it: `<account>.dkr.ecr.<region>.amazonaws.com/blogapp-staging-api`, without a tag. */
export function repositoryUrl(environment: Placed): string {
  const { account, region } = environment;
  return `${account}.dkr.ecr.${region}.${partition(region).domain}/${repositoryName(environment)}`;
}

/** The ids of an environment's two stacks: the repository's is deployed once before, the other holds everything else. */
export function stackNames(environment: Named): { readonly application: string; readonly repository: string } {
  return { application: environment.name, repository: `${environment.name}-ecr` };
}

/**
 * The S3 bucket that holds Terraform's state: one per account and region, because a bucket is in one region and the
 * backend asks for it there.
 */
export function stateBucket({ account, region }: Pick<Placed, "account" | "region">): string {
  return `${project.prefix}-tfstate-${account}-${region}`;
}

/** The bucket that held it when there was one per account. `terrace bootstrap` copies the states from there. */
export function formerStateBucket({ account }: Pick<Placed, "account">): string {
  return `${project.prefix}-terraform-state-${account}`;
}

/** The object in that bucket that holds the state of one stack: `blogapp/staging/staging-ecr.tfstate`. */
export function stateKey(environment: Named, stackName: string): string {
  return `${project.prefix}/${environment.name}/${stackName}.tfstate`;
}

/** The role that API Gateway logs with: one per account, for every project that has none of its own. */
export const GATEWAY_LOGGING_ROLE = "terrace-apigateway-logs";

/**
 * The roles by which CI plans and applies an environment, and the policy that bounds every role of the environment:
 * `terrace-blogapp-staging-apply`. No physical name begins like that, so that a role which may change everything with a
 * physical name can change neither itself nor its bounds.
 */
export function guardName(environment: Named, guard: "plan" | "apply" | "boundary"): string {
  return `terrace-${project.prefix}-${guardedName(environment)}-${guard}`;
}

/** The ARN of the policy that bounds every role of an environment. */
export function boundaryArn(environment: Placed): string {
  return `arn:${partition(environment.region).name}:iam::${environment.account}:policy/${guardName(environment, "boundary")}`;
}

/** Returns what is wrong with an environment's name, which is a stack's id, a stage and part of every physical name. */
export function environmentNameMistake(name: string): string | undefined {
  if (!isName(name)) return `${NOT_WORDS}; write a name such as "staging"`;
  if (name.endsWith("-ecr")) {
    const other = name.slice(0, -"-ecr".length);
    return `is the name of the repository stack of an environment ${other}; choose another ending than -ecr`;
  }
  const longest = physicalName({ name }, "x".repeat(LONGEST_THING)).length;
  if (longest <= LONGEST_NAME) return undefined;
  return `makes names of up to ${longest} characters (Lambda function), ${longest - LONGEST_NAME} more than AWS allows; shorten it, or the prefix in environments/project.ts`;
}

/** Returns what is wrong with the prefix of all physical names, the state bucket's among them. */
export function prefixMistake(prefix: string): string | undefined {
  const limit = LONGEST_BUCKET_NAME - "-tfstate-123456789012-".length - LONGEST_REGION;
  if (!isName(prefix)) return `${NOT_WORDS}; write a prefix such as "blogapp"`;
  if (prefix === "terrace") return "is what the names of CI's roles begin with; write another prefix";
  return prefix.length > limit
    ? `is longer than ${limit} characters; the name of the state bucket starts with it`
    : undefined;
}
