import { boundaryArn, guardName } from "../../environments/names";
import { partition } from "../../environments/region";
import { CommandError } from "../errors/command-error";
import { commandRights } from "./command-rights";
import { arn, iamArn, namesOf, type Place } from "./place";
import { type PolicyDocument, policyDocument, type Statement } from "./policy-document";
import { RESOURCE_RIGHTS } from "./resource-rights";
import { stateRights } from "./state-rights";

/** What a role does with an environment: `plan` reads what is there, `apply` also changes it. */
export type Task = "plan" | "apply";

/**
 * Returns what planning or applying an environment takes, made from the types of its resources.
 *
 * `plan` may change nothing, not even take the lock (plan with `-lock=false`). `apply` may not take away for ever what
 * the environment protects: prepare the account again after its protection was lifted.
 *
 * @throws CommandError that names a type whose rights nobody has written down.
 */
export function deployerPolicy(place: Place, task: Task, types: Iterable<string>): PolicyDocument {
  const apply = task === "apply";
  const rights = [...new Set(types)].sort().flatMap((type) => rightsOf(type, place));
  return policyDocument([
    { actions: ["sts:GetCallerIdentity"], resources: ["*"] },
    ...stateRights(place, apply ? "write" : "read"),
    ...rights.map(({ on, read = [], write = [], remove = [], condition }) => ({
      actions: [...read, ...(apply ? write : []), ...(apply && !place.deletionProtection ? remove : [])],
      resources: on,
      ...(condition !== undefined && { condition }),
    })),
    ...(apply ? [...commandRights(place), ...denials(place)] : []),
  ]);
}

function rightsOf(type: string, place: Place) {
  const rights = RESOURCE_RIGHTS[type];
  if (rights) return rights(place);
  throw new CommandError({
    subject: "resource type",
    value: type,
    mistake: "has no rights written down, so that nobody could be given those to deploy it",
    remedy: "add it to commands/rights/resource-rights.ts",
  });
}

/** What no statement may allow: to change the bounds, the roles that apply them, or the APIs of others. */
function denials(place: Place): readonly Statement[] {
  const guards = [
    iamArn(place, `role/${guardName({ name: "*" }, "plan")}`),
    iamArn(place, `role/${guardName({ name: "*" }, "apply")}`),
    boundaryArn({ ...place, name: "*" }),
  ];
  return [
    { effect: "Deny", actions: ["iam:DeleteRolePermissionsBoundary", "iam:UpdateAssumeRolePolicy"], resources: ["*"] },
    {
      effect: "Deny",
      actions: ["iam:Attach*", "iam:Create*", "iam:Delete*", "iam:Detach*", "iam:Put*", "iam:Set*", "iam:Update*"],
      resources: guards,
    },
    {
      effect: "Deny",
      actions: ["apigateway:DELETE", "apigateway:PATCH"],
      resources: [`arn:${partition(place.region).name}:apigateway:${place.region}::/apis/*`],
      // AWS gives routes, integrations and stages no name of their API, so the condition leaves them out.
      condition: {
        StringNotLike: { "apigateway:Resource/ApiName": namesOf(place) },
        Null: { "apigateway:Resource/ApiName": "false" },
      },
    },
  ];
}

/**
 * Returns the most that any role of the environment can do, whatever its own policies say: what functions do with things
 * of the environment's names, and nothing that manages anything.
 *
 * Keys and APIs have no names. Tags and aliases decide about a key only minutes after they were made, and a
 * function needs it at once; so here is every key of the account and region, and the role's own policy names the one.
 */
export function boundaryPolicy(place: Place): PolicyDocument {
  const names = namesOf(place);
  const table = arn(place, "dynamodb", `table/${names}`);
  return policyDocument([
    {
      actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
      resources: [arn(place, "logs", `log-group:/aws/lambda/${names}`)],
    },
    {
      actions: [
        ...[
          "BatchGetItem",
          "BatchWriteItem",
          "ConditionCheckItem",
          "DeleteItem",
          "GetItem",
          "PutItem",
          "Query",
          "Scan",
        ],
        ...["UpdateItem", "DescribeStream", "GetRecords", "GetShardIterator", "ListStreams"],
      ].map((name) => `dynamodb:${name}`),
      resources: [table, `${table}/index/*`, `${table}/stream/*`],
    },
    {
      actions: ["ChangeMessageVisibility", "DeleteMessage", "GetQueueAttributes", "ReceiveMessage", "SendMessage"].map(
        (name) => `sqs:${name}`,
      ),
      resources: [arn(place, "sqs", names)],
    },
    { actions: ["lambda:InvokeFunction"], resources: [arn(place, "lambda", `function:${names}`)] },
    { actions: ["kms:GenerateMac"], resources: [arn(place, "kms", "key/*")] },
    { actions: ["execute-api:Invoke", "execute-api:ManageConnections"], resources: [arn(place, "execute-api", "*")] },
  ]);
}
