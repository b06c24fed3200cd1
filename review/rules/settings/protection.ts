import type { Row } from "../rule";
import { protectedStores } from "./protected-stores";
import { table } from "./table";
import { changed, leaves, removed, turnedOff, turnedOn } from "./tests";

const UNDO = "Leave it as it is, unless the loss is meant.";

const rows: readonly Row[] = [
  {
    type: "aws_ecr_repository",
    attribute: "force_delete",
    when: turnedOn,
    severity: "asks",
    consequence: "Deleting the repository deletes every image in it, those that functions run included.",
    remedy: "Leave it off: ECR then refuses to delete a repository with images.",
  },
  {
    type: "aws_ecr_repository",
    attribute: "image_tag_mutability",
    when: leaves("IMMUTABLE"),
    severity: "asks",
    consequence: "A tag may come to mean another image than the one that was reviewed.",
    remedy: "Keep `IMMUTABLE`, unless whatever runs the images names them by digest.",
  },
  {
    type: "aws_ecr_repository",
    attribute: "image_scanning_configuration.scan_on_push",
    when: turnedOff,
    severity: "asks",
    consequence: "Images are no longer searched for known vulnerabilities.",
    remedy: "Leave it on.",
  },
  {
    type: "aws_lambda_function",
    attribute: "kms_key_arn",
    when: removed,
    severity: "asks",
    consequence: "The function's variables are no longer encrypted with your key.",
    remedy: UNDO,
  },
  {
    type: "aws_lambda_function",
    attribute: "code_signing_config_arn",
    when: removed,
    severity: "asks",
    consequence: "The function takes code that nobody signed.",
    remedy: UNDO,
  },
  {
    type: "aws_lambda_function",
    attribute: "dead_letter_config.target_arn",
    when: removed,
    severity: "asks",
    consequence: "Events that the function fails on are lost without a trace.",
    remedy: UNDO,
  },
  {
    type: "aws_cloudwatch_log_group",
    attribute: "skip_destroy",
    when: turnedOff,
    severity: "asks",
    consequence: "Deleting the group in the code deletes its logs.",
    remedy: UNDO,
  },
  {
    type: "aws_cloudwatch_log_group",
    attribute: "deletion_protection_enabled",
    when: turnedOff,
    severity: "asks",
    consequence: "The group and its logs can be deleted.",
    remedy: UNDO,
  },
  {
    type: "aws_cloudwatch_log_group",
    attribute: "kms_key_id",
    when: changed,
    severity: "asks",
    consequence: "Old events stay under the old key and cannot be read without it.",
    remedy: "Keep the old key until the retention has passed.",
  },
  {
    type: "aws_iam_role",
    attribute: "permissions_boundary",
    when: changed,
    severity: "stops",
    consequence: "The limit of what the role may ever be given is gone or another.",
    remedy: "Keep the boundary.",
  },
  {
    type: "aws_sqs_queue",
    attribute: "redrive_policy",
    when: removed,
    severity: "asks",
    consequence: "Messages that cannot be handled are tried until they expire, and are then lost.",
    remedy: UNDO,
  },
  {
    type: "aws_sqs_queue_redrive_policy",
    attribute: "redrive_policy",
    when: changed,
    severity: "asks",
    consequence: "Messages that cannot be handled are given up after another number of tries, or go somewhere else.",
    remedy: "Keep at least five tries, and a queue that somebody looks into.",
  },
  {
    type: "aws_sqs_queue_redrive_allow_policy",
    attribute: "redrive_allow_policy",
    when: changed,
    severity: "asks",
    consequence: "Other queues than before may move messages here; one that may no longer keeps what it cannot handle.",
    remedy: "Name every queue whose dead letters belong here.",
  },
  {
    type: "aws_sqs_queue",
    attribute: "sqs_managed_sse_enabled",
    when: turnedOff,
    severity: "asks",
    consequence: "Messages are stored unencrypted.",
    remedy: UNDO,
  },
];

/** Finds protection that is switched off or made shorter while the resource stays. */
export const protection = table("protection", [...protectedStores, ...rows]);
