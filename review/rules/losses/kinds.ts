import type { Severity } from "../../finding";
import type { Change } from "../../plan/plan";
import { pick } from "../../plan/value";
import { expiryAttribute } from "./time-to-live";

/** What it means to lose a resource of a type. */
export interface Kind {
  /** How grave it is that it goes for good. */
  readonly destroyed: Severity | "silent";
  /** How grave it is that another takes its place. */
  readonly replaced: Severity | "silent";
  readonly lost: string;
  readonly remedy: string;
  /** The attributes that AWS tells it by; two with the same cannot exist at once. */
  readonly identity: readonly string[];
  /** What happens if a new one is made while the old one, with the same identity, is still there. */
  readonly taken?: string;
  /** The resource that it is a part of, by the attributes of both that are equal: it is lost with that one. */
  readonly partOf?: readonly { readonly type: string; readonly own: string; readonly its: string }[];
}

const KEEP = "Take the change back, or keep the old one until nothing needs it.";
const REFUSED = "AWS refuses a second one of the same name, so the apply fails before the old one goes.";
/** A call that AWS takes as an overwrite: the deletion of the old one then deletes the new one. */
const OVERWRITES = "AWS takes the second as an overwrite of the first, and deleting the first then deletes both.";
const ofApi = { type: "aws_apigatewayv2_api", own: "api_id", its: "id" };
const ofFunction = { type: "aws_lambda_function", own: "function_name", its: "function_name" };

/** Every type whose loss this reviewer knows; any other is asked about. */
export const KINDS: Readonly<Record<string, Kind>> = {
  aws_dynamodb_table: {
    destroyed: "stops",
    replaced: "stops",
    lost: "Every item of the table is lost.",
    remedy:
      "Keep the name and the keys. Otherwise add a second table, copy, switch over, and remove this one in a later change.",
    identity: ["name"],
    taken: REFUSED,
  },
  aws_kms_key: {
    destroyed: "stops",
    replaced: "stops",
    lost: "Whatever was signed or encrypted with the key can no longer be verified or read. KMS deletes it after the waiting period; until then, cancel the deletion and import it.",
    remedy: "Keep the key. Add a second one and let both verify for a while.",
    identity: [],
  },
  aws_kms_alias: {
    destroyed: "asks",
    replaced: "asks",
    lost: "Whoever finds the key by this alias no longer does.",
    remedy: KEEP,
    identity: ["name"],
    taken: REFUSED,
    partOf: [{ type: "aws_kms_key", own: "target_key_id", its: "key_id" }],
  },
  aws_lambda_function: {
    destroyed: "asks",
    replaced: "asks",
    lost: "The function goes with its versions, permissions and address; calls fail until another is there.",
    remedy: "Keep its name. To remove it, remove what calls it first.",
    identity: ["function_name"],
    taken: REFUSED,
  },
  aws_lambda_function_url: {
    destroyed: "stops",
    replaced: "stops",
    lost: "The address is lost for ever: AWS makes the host name, and never the same again. Every client that knows it is cut.",
    remedy: "Keep the address and its function's name; to move, keep both until no client uses the old one.",
    identity: ["function_name", "qualifier"],
    taken: REFUSED,
  },
  aws_lambda_permission: {
    // What it allowed is judged together with the function's other permissions.
    destroyed: "silent",
    replaced: "notes",
    lost: "For seconds between the deletion and the creation, callers are refused.",
    remedy: "None needed.",
    identity: ["function_name", "statement_id"],
    taken: REFUSED,
    partOf: [ofFunction],
  },
  aws_lambda_event_source_mapping: {
    destroyed: "asks",
    replaced: "asks",
    lost: "The position in the stream is lost: the new one skips events or handles them again.",
    remedy: "Keep it, or drain the stream first.",
    identity: ["event_source_arn", "function_name"],
    taken: REFUSED,
    partOf: [ofFunction],
  },
  aws_iam_role: {
    destroyed: "notes",
    replaced: "notes",
    lost: "Whoever assumes the role is refused until another is there.",
    remedy: KEEP,
    identity: ["name"],
    taken: REFUSED,
  },
  aws_iam_role_policy: {
    destroyed: "asks",
    replaced: "notes",
    lost: "Whoever has the role loses what the policy allows.",
    remedy: KEEP,
    identity: ["role", "name"],
    taken: OVERWRITES,
    partOf: [{ type: "aws_iam_role", own: "role", its: "name" }],
  },
  aws_iam_role_policy_attachment: {
    destroyed: "asks",
    replaced: "notes",
    lost: "Whoever has the role loses what the policy allows.",
    remedy: KEEP,
    identity: ["role", "policy_arn"],
    taken: OVERWRITES,
    partOf: [{ type: "aws_iam_role", own: "role", its: "name" }],
  },
  aws_apigatewayv2_api: {
    destroyed: "stops",
    replaced: "stops",
    lost: "The API's id is part of its address: every client is cut and has to learn a new one; permissions that name the old one match nothing.",
    remedy: "Keep the API. To move, keep both until no client uses the old one.",
    identity: [],
  },
  aws_apigatewayv2_stage: {
    destroyed: "stops",
    replaced: "stops",
    lost: "The stage's name is part of the address: every client is cut and has to learn a new one.",
    remedy: "Keep the name. To move, add a second stage, and remove this one when no client uses it.",
    identity: ["api_id", "name"],
    taken: REFUSED,
    partOf: [ofApi],
  },
  aws_apigatewayv2_deployment: {
    // A new one for every change of a route is its normal life.
    destroyed: "notes",
    replaced: "silent",
    lost: "The stage needs another deployment.",
    remedy: KEEP,
    identity: [],
    partOf: [ofApi],
  },
  aws_apigatewayv2_route: {
    destroyed: "asks",
    replaced: "asks",
    lost: "Calls of the route are refused.",
    remedy: "Move its callers first.",
    identity: ["api_id", "route_key"],
    taken: REFUSED,
    partOf: [ofApi],
  },
  aws_apigatewayv2_route_response: {
    destroyed: "asks",
    replaced: "notes",
    lost: "The function's answers no longer reach the client.",
    remedy: KEEP,
    identity: ["route_id", "route_response_key"],
    taken: REFUSED,
    partOf: [ofApi, { type: "aws_apigatewayv2_route", own: "route_id", its: "id" }],
  },
  aws_apigatewayv2_integration: {
    destroyed: "notes",
    replaced: "notes",
    lost: "Routes have to name another integration.",
    remedy: "None needed, if the routes are in the plan.",
    identity: [],
    partOf: [ofApi],
  },
  aws_apigatewayv2_domain_name: {
    destroyed: "stops",
    replaced: "stops",
    lost: "The domain answers nothing until another is there and DNS points to it.",
    remedy: KEEP,
    identity: ["domain_name"],
    taken: REFUSED,
  },
  aws_cloudwatch_log_group: {
    destroyed: "asks",
    replaced: "asks",
    lost: "Its logs are deleted with it. What still writes to the name makes a group that keeps everything for ever.",
    remedy: "Keep the name, or export the logs first.",
    identity: ["name"],
    taken: REFUSED,
  },
  aws_cloudwatch_metric_alarm: {
    destroyed: "asks",
    replaced: "notes",
    lost: "Nobody is told of that failure any more; the alarm's history goes.",
    remedy: "Keep it, or say in the pull request who notices instead.",
    identity: ["alarm_name"],
    taken: OVERWRITES,
    partOf: [{ type: "aws_lambda_function", own: "dimensions.FunctionName", its: "function_name" }],
  },
  aws_ecr_repository: {
    destroyed: "stops",
    replaced: "stops",
    lost: "Every image is lost, also those that functions run; ECR refuses while there are any, unless `force_delete` is on.",
    remedy: "Keep the repository and its name.",
    identity: ["name"],
    taken: REFUSED,
  },
  aws_ecr_repository_policy: {
    destroyed: "asks",
    replaced: "notes",
    lost: "Lambda may no longer read the images: functions fail when AWS reads them again.",
    remedy: KEEP,
    identity: ["repository"],
    taken: OVERWRITES,
    partOf: [{ type: "aws_ecr_repository", own: "repository", its: "name" }],
  },
  aws_ecr_lifecycle_policy: {
    destroyed: "notes",
    // Every change of its text replaces it; what the text says is judged by itself.
    replaced: "silent",
    lost: "Images no longer expire, and storage grows.",
    remedy: "None needed.",
    identity: ["repository"],
    taken: OVERWRITES,
    partOf: [{ type: "aws_ecr_repository", own: "repository", its: "name" }],
  },
  docker_image: {
    destroyed: "notes",
    replaced: "silent",
    lost: "Only the copy on the machine that builds.",
    remedy: "None needed.",
    identity: [],
  },
  docker_registry_image: {
    destroyed: "notes",
    replaced: "silent",
    lost: "The registry keeps the image if `keep_remotely` is on.",
    remedy: "None needed.",
    identity: [],
  },
  aws_sqs_queue: {
    destroyed: "stops",
    replaced: "stops",
    lost: "Every message that waits is lost, and for a minute no queue of the same name can be made.",
    remedy: "Empty the queue first; stop what sends to it.",
    identity: ["name"],
    taken: REFUSED,
  },
  aws_sns_topic: {
    destroyed: "asks",
    replaced: "asks",
    lost: "Every subscription goes with it; people have to confirm theirs anew.",
    remedy: KEEP,
    identity: ["name"],
    taken: OVERWRITES,
  },
  aws_scheduler_schedule: {
    destroyed: "asks",
    replaced: "notes",
    lost: "The job does not run while there is no schedule.",
    remedy: KEEP,
    identity: ["group_name", "name"],
    taken: REFUSED,
  },
  aws_cloudwatch_event_rule: {
    destroyed: "asks",
    replaced: "notes",
    lost: "Events go unnoticed while there is no rule.",
    remedy: KEEP,
    identity: ["event_bus_name", "name"],
    taken: OVERWRITES,
  },
  aws_s3_bucket: {
    destroyed: "stops",
    replaced: "stops",
    lost: "Every object is lost; S3 refuses while there are any, unless `force_destroy` is on.",
    remedy: "Keep the bucket.",
    identity: ["bucket"],
    taken: REFUSED,
  },
  aws_cognito_user_pool: {
    destroyed: "stops",
    replaced: "stops",
    lost: "Every user is lost; passwords cannot be exported.",
    remedy: "Keep the pool.",
    identity: [],
  },
  aws_secretsmanager_secret: {
    destroyed: "stops",
    replaced: "stops",
    lost: "The secret can be read no more; its name stays taken until the recovery window has passed.",
    remedy: "Keep the secret.",
    identity: ["name"],
    taken: REFUSED,
  },
  aws_backup_vault: {
    destroyed: "stops",
    replaced: "stops",
    lost: "Its recovery points are lost; AWS refuses while there are any.",
    remedy: "Keep the vault.",
    identity: ["name"],
    taken: REFUSED,
  },
  aws_cloudfront_distribution: {
    destroyed: "stops",
    replaced: "stops",
    lost: "Its host name is lost for ever: every client that knows it is cut.",
    remedy: "Keep the distribution.",
    identity: [],
  },
};

const UNFAMILIAR: Kind = {
  destroyed: "asks",
  replaced: "asks",
  lost: "This reviewer does not know what is lost with it.",
  remedy: "Find out what the resource holds and who uses it; then give its type a row in review/rules/kinds.ts.",
  identity: [],
};

/** A table that deletes its own rows and that nobody protects holds what can be made again. */
const TEMPORARY = {
  destroyed: "asks",
  replaced: "asks",
  lost: "Every row is lost. They expire by themselves anyway: whoever depends on one now, such as an open connection, has to start again.",
} as const;

/** Returns what the loss of this resource means. */
export function kindOf(change: Change): Kind {
  const kind = KINDS[change.type] ?? UNFAMILIAR;
  if (change.type === "aws_dynamodb_table" && isTemporary(change)) return { ...kind, ...TEMPORARY };
  if (change.type === "aws_cloudwatch_log_group" && pick(change.before, "skip_destroy") === true)
    return { ...kind, destroyed: "notes", replaced: "notes", lost: "The logs stay in AWS; Terraform forgets them." };
  if (change.type === "docker_registry_image" && pick(change.before, "keep_remotely") !== true)
    return {
      ...kind,
      destroyed: "asks",
      replaced: "asks",
      lost: "The image is deleted from the registry, whoever runs it.",
    };
  return kind;
}

function isTemporary({ before }: Change): boolean {
  return (
    expiryAttribute(before) !== undefined &&
    pick(before, "point_in_time_recovery.enabled") !== true &&
    pick(before, "deletion_protection_enabled") !== true
  );
}
