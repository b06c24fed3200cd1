// Edits of the KMS key, log groups, alarms and the image repository.
import { rename } from "./tables.mjs";

/** @type {import("../edit.mjs").Edit[]} */
export const keysLogsImages = [
  {
    id: "key-spec",
    title: "the signing key becomes an HMAC_384 key",
    unguarded: true,
    verdict: "stops",
    edit: ({ aws_kms_key: k }) => {
      k.signing.customer_master_key_spec = "HMAC_384";
    },
  },
  {
    id: "key-deleted",
    title: "the signing key leaves the code with its guard",
    verdict: "stops",
    edit: (r, stack) => {
      rename(stack, "aws_kms_key", "signing", "signer");
      stack.resource.aws_kms_key.signer.description = "Another key";
      stack.resource.aws_kms_key.signer.deletion_window_in_days = 30;
      delete r.aws_kms_key;
    },
  },
  {
    id: "key-id",
    title: "the signing construct gets another id",
    verdict: "stops",
    edit: (_, stack) => rename(stack, "aws_kms_key", "signing", "signer"),
  },
  {
    id: "key-disabled",
    title: "the signing key is disabled",
    verdict: "stops",
    edit: ({ aws_kms_key: k }) => {
      k.signing.is_enabled = false;
    },
  },
  {
    id: "key-window",
    title: "a deletion of the key can be taken back for 7 days only",
    verdict: "asks",
    edit: ({ aws_kms_key: k }) => {
      k.signing.deletion_window_in_days = 7;
    },
  },
  {
    id: "key-description",
    title: "the key's description changes",
    verdict: "nothing",
    edit: ({ aws_kms_key: k }) => {
      k.signing.description = "Signs for production";
    },
  },
  {
    id: "alias-target",
    title: "the alias points to a second key",
    verdict: "asks",
    edit: ({ aws_kms_key: k, aws_kms_alias: a }) => {
      k.second = { ...k.signing, lifecycle: undefined };
      a.signing_alias.target_key_id = "${aws_kms_key.second.key_id}";
    },
  },
  {
    id: "key-policy",
    title: "another account may use the key",
    verdict: "asks",
    edit: ({ aws_kms_key: k }) => {
      const policy = JSON.parse(k.signing.policy);
      policy.Statement.push({
        Effect: "Allow",
        Principal: { AWS: "arn:aws:iam::210987654321:root" },
        Action: "kms:GenerateMac",
        Resource: "*",
      });
      k.signing.policy = JSON.stringify(policy);
    },
  },
  {
    id: "log-name",
    title: "a log group gets another name",
    verdict: "asks",
    edit: ({ aws_cloudwatch_log_group: g }) => {
      g.http_stage_logs.name = "/terrace/http";
    },
  },
  {
    id: "log-deleted",
    title: "a log group leaves the code",
    verdict: "asks",
    edit: (r) => {
      delete r.aws_cloudwatch_log_group.http_stage_logs;
      r.aws_apigatewayv2_stage.http_stage.access_log_settings.destination_arn =
        "arn:aws:logs:ap-northeast-1:123456789012:log-group:/aws/apigateway/blogapp-production-http-api";
    },
  },
  {
    id: "retention-shorter",
    title: "logs are kept for 7 days instead of 30",
    verdict: "asks",
    edit: ({ aws_cloudwatch_log_group: g }) => {
      for (const group of Object.values(g)) group.retention_in_days = 7;
    },
  },
  {
    id: "retention-longer",
    title: "logs are kept for 365 days instead of 30",
    verdict: "notes",
    edit: ({ aws_cloudwatch_log_group: g }) => {
      for (const group of Object.values(g)) group.retention_in_days = 365;
    },
  },
  {
    id: "retention-none",
    title: "a log group keeps everything for ever",
    verdict: "notes",
    edit: ({ aws_cloudwatch_log_group: g }) => {
      delete g.api_logs.retention_in_days;
    },
  },
  {
    id: "alarm-removed",
    title: "an alarm leaves the code",
    verdict: "asks",
    edit: ({ aws_cloudwatch_metric_alarm: a }) => {
      delete a.api_errors;
    },
  },
  {
    id: "alarm-threshold",
    title: "an alarm takes 100 failures instead of 10",
    verdict: "asks",
    edit: ({ aws_cloudwatch_metric_alarm: a }) => {
      a["http_stage_server-errors"].threshold = 100;
    },
  },
  {
    id: "alarm-sooner",
    title: "an alarm takes 5 failures instead of 10",
    verdict: "nothing",
    edit: ({ aws_cloudwatch_metric_alarm: a }) => {
      a["http_stage_server-errors"].threshold = 5;
    },
  },
  {
    id: "alarm-silent",
    title: "an alarm tells nobody",
    verdict: "asks",
    edit: ({ aws_cloudwatch_metric_alarm: a }) => {
      a.api_errors.actions_enabled = false;
    },
  },
  {
    id: "repository-name",
    title: "the image repository gets another name",
    stack: "production-ecr",
    unguarded: true,
    verdict: "stops",
    edit: ({ aws_ecr_repository: e }) => {
      e.api.name = "blogapp-production-images";
    },
  },
  {
    id: "repository-force-delete",
    title: "the image repository may be deleted with its images",
    stack: "production-ecr",
    verdict: "asks",
    edit: ({ aws_ecr_repository: e }) => {
      e.api.force_delete = true;
    },
  },
  {
    id: "repository-mutable",
    title: "tags of images may change their meaning",
    stack: "production-ecr",
    verdict: "asks",
    edit: ({ aws_ecr_repository: e }) => {
      e.api.image_tag_mutability = "MUTABLE";
    },
  },
  {
    id: "images-reworded",
    title: "the description of the lifecycle rule is reworded: Terraform replaces the policy",
    stack: "production-ecr",
    verdict: "nothing",
    edit: ({ aws_ecr_lifecycle_policy: p }) => {
      p.api_lifecycle.policy = p.api_lifecycle.policy.replace("What lost its tag", "Whatever lost its tag");
    },
  },
  {
    id: "images-tagged",
    title: "images with a tag expire after 30 days",
    stack: "production-ecr",
    verdict: "asks",
    edit: ({ aws_ecr_lifecycle_policy: p }) => {
      const policy = JSON.parse(p.api_lifecycle.policy);
      policy.rules.push({
        rulePriority: 2,
        selection: { tagStatus: "any", countType: "sinceImagePushed", countUnit: "days", countNumber: 30 },
        action: { type: "expire" },
      });
      p.api_lifecycle.policy = JSON.stringify(policy);
    },
  },
  {
    id: "images-untagged-longer",
    title: "images without a tag stay for 30 days",
    stack: "production-ecr",
    verdict: "notes",
    edit: ({ aws_ecr_lifecycle_policy: p }) => {
      p.api_lifecycle.policy = p.api_lifecycle.policy.replace('"countNumber":14', '"countNumber":30');
    },
  },
  {
    id: "repository-policy-open",
    title: "anybody may pull images",
    stack: "production-ecr",
    verdict: "stops",
    edit: ({ aws_ecr_repository_policy: p }) => {
      const policy = JSON.parse(p.api_policy.policy);
      policy.Statement[0].Principal = "*";
      delete policy.Statement[0].Condition;
      p.api_policy.policy = JSON.stringify(policy);
    },
  },
  {
    id: "repository-policy-condition",
    title: "any function of the account may pull images",
    stack: "production-ecr",
    verdict: "asks",
    edit: ({ aws_ecr_repository_policy: p }) => {
      p.api_policy.policy = p.api_policy.policy.replaceAll("function:blogapp-production-api", "function:*");
    },
  },
];
