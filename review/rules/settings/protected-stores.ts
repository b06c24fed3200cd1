import type { Change } from "../../plan/plan";
import { pick } from "../../plan/value";
import type { Row } from "../rule";
import { becomes, changed, disabled, leaves, losesItems, lowered, reading, turnedOff, turnedOn } from "./tests";

/** A table that may not be deleted holds what users wrote; losing its backups is then a loss in itself. */
const isPrecious = (change: Change): "stops" | "asks" =>
  pick(change.before, "deletion_protection_enabled") === true ? "stops" : "asks";
/** DynamoDB keeps 35 days unless told otherwise: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Point-in-time-recovery.html */
const RECOVERY_DAYS = { value: 0, as: 35 };

const UNDO = "Leave it as it is, unless the loss is meant.";

/** The attributes that protect tables, keys, buckets, users and secrets. */
export const protectedStores: readonly Row[] = [
  {
    type: "aws_dynamodb_table",
    attribute: "deletion_protection_enabled",
    when: turnedOff,
    severity: "asks",
    consequence: "From now on one plan, or one click, deletes the table. It is usually the step before that.",
    remedy: "Leave it on. To delete the table, say so in the pull request and take a backup first.",
  },
  {
    type: "aws_dynamodb_table",
    attribute: "point_in_time_recovery.enabled",
    when: turnedOff,
    severity: isPrecious,
    consequence: "Every restore point of the last days is gone at once; switching it on again starts from nothing.",
    remedy: "Leave it on, or export the table first.",
  },
  {
    type: "aws_dynamodb_table",
    attribute: "point_in_time_recovery.recovery_period_in_days",
    when: reading(RECOVERY_DAYS, lowered),
    severity: "asks",
    consequence: "Restore points older than that are gone at once. The price does not depend on the number of days.",
    remedy: UNDO,
  },
  {
    type: "aws_dynamodb_table",
    attribute: "server_side_encryption.enabled",
    when: turnedOff,
    severity: "asks",
    consequence: "The table is encrypted with a key that AWS owns; who reads it is no longer seen in KMS.",
    remedy: UNDO,
  },
  {
    type: "aws_dynamodb_table",
    attribute: "server_side_encryption.kms_key_arn",
    when: changed,
    severity: "asks",
    consequence: "Backups stay under the old key: they are lost with it. Functions need rights on the new one.",
    remedy: "Keep the old key for as long as a backup needs it.",
  },
  {
    type: "aws_dynamodb_table",
    attribute: "replica",
    when: losesItems,
    severity: "asks",
    consequence: "The copy of the table in that region is deleted.",
    remedy: UNDO,
  },
  {
    type: "aws_kms_key",
    attribute: "is_enabled",
    when: disabled,
    severity: "stops",
    consequence:
      "Nothing can be signed or verified with the key: list cursors and everything derived from it fail at once.",
    remedy: "Leave it enabled.",
  },
  {
    type: "aws_kms_key",
    attribute: "deletion_window_in_days",
    when: lowered,
    severity: "asks",
    consequence: "Nothing now. When the key is deleted, there are fewer days to take that back.",
    remedy: "Keep 30 days.",
  },
  {
    type: "aws_kms_key",
    attribute: "enable_key_rotation",
    when: turnedOff,
    severity: "asks",
    consequence: "The key's material stays the same for ever.",
    remedy: UNDO,
  },
  {
    type: "aws_kms_key",
    attribute: "bypass_policy_lockout_safety_check",
    when: turnedOn,
    severity: "asks",
    consequence: "KMS no longer refuses a key policy that locks everybody out.",
    remedy: "Leave it off.",
  },
  {
    type: "aws_kms_alias",
    attribute: "target_key_id",
    when: changed,
    severity: "asks",
    consequence:
      "Whoever finds the key by its alias signs with another key, and signatures of the old one are refused.",
    remedy: "Keep the alias on its key, or let both keys verify for a while.",
  },
  {
    type: "aws_s3_bucket",
    attribute: "force_destroy",
    when: turnedOn,
    severity: "asks",
    consequence: "Deleting the bucket deletes every object in it, locked ones included.",
    remedy: "Leave it off.",
  },
  {
    type: "aws_s3_bucket_versioning",
    attribute: "versioning_configuration.status",
    when: leaves("Enabled"),
    severity: "asks",
    consequence: "What is overwritten or deleted from now on cannot be brought back.",
    remedy: UNDO,
  },
  ...["block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"].map(
    (attribute): Row => ({
      type: "aws_s3_bucket_public_access_block",
      attribute,
      when: turnedOff,
      severity: "stops",
      consequence: "The bucket can be made public.",
      remedy: "Leave it on.",
    }),
  ),
  {
    type: "aws_cognito_user_pool",
    attribute: "deletion_protection",
    when: becomes("INACTIVE"),
    severity: "asks",
    consequence: "From now on one plan deletes every user.",
    remedy: UNDO,
  },
  {
    type: "aws_secretsmanager_secret",
    attribute: "recovery_window_in_days",
    when: lowered,
    severity: "asks",
    consequence: "A deleted secret can be brought back for fewer days; with 0 never.",
    remedy: UNDO,
  },
];
