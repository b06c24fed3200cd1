import { isObject } from "../shared/json";
import type { Block } from "./block";

/**
 * The attributes of a resource type that the local cloud knows. A path names an attribute of the resource or of a block
 * in it; `.*` stands for any key of a map. An attribute in neither list is refused, so that none is ignored unseen.
 */
export interface ResourceType {
  /** The attributes that decide what the local cloud does. */
  readonly emulated: readonly string[];
  /** The attributes that have no meaning on one machine, with everything below them. */
  readonly cloudOnly: readonly string[];
  /** Attributes among the cloud-only ones whose lack callers or functions can notice. `--strict` refuses them. */
  readonly differences?: Readonly<Record<string, Difference>>;
}

/** The difference that an attribute without an effect makes to callers and functions. */
interface Difference {
  /** Says what is so here instead, in one sentence. */
  readonly here: string;
  /** The values with which AWS does the same, such as its default. */
  readonly sameWith: readonly unknown[];
}

/** Terraform's own attributes of every resource: neither the order of creation nor what may be destroyed matters here. */
const META = ["//", "depends_on", "lifecycle", "provider"];
const CLOUD_ONLY: ResourceType = { emulated: [], cloudOnly: ["*"] };

export const resourceTypes: Readonly<Record<string, ResourceType>> = {
  aws_apigatewayv2_api: {
    emulated: [
      "protocol_type",
      "route_selection_expression",
      "cors_configuration.allow_credentials",
      "cors_configuration.allow_headers",
      "cors_configuration.allow_methods",
      "cors_configuration.allow_origins",
      "cors_configuration.expose_headers",
      "cors_configuration.max_age",
    ],
    cloudOnly: ["name", "description", "ip_address_type", "tags"],
  },
  aws_apigatewayv2_integration: {
    emulated: ["api_id", "integration_type", "integration_uri", "payload_format_version"],
    // Lambda functions are always invoked with POST, whatever the client sent.
    cloudOnly: ["description", "integration_method"],
  },
  aws_apigatewayv2_route: {
    emulated: ["api_id", "authorization_type", "route_key", "route_response_selection_expression", "target"],
    cloudOnly: ["operation_name"],
  },
  aws_apigatewayv2_route_response: { emulated: ["api_id", "route_id", "route_response_key"], cloudOnly: [] },
  aws_apigatewayv2_stage: {
    emulated: [
      "access_log_settings.destination_arn",
      "access_log_settings.format",
      "api_id",
      "auto_deploy",
      "default_route_settings.throttling_burst_limit",
      "default_route_settings.throttling_rate_limit",
      "name",
      "route_settings.route_key",
      "route_settings.throttling_burst_limit",
      "route_settings.throttling_rate_limit",
    ],
    cloudOnly: [
      "default_route_settings.data_trace_enabled",
      "default_route_settings.detailed_metrics_enabled",
      "default_route_settings.logging_level",
      "description",
      "route_settings.data_trace_enabled",
      "route_settings.detailed_metrics_enabled",
      "route_settings.logging_level",
      "tags",
    ],
    differences: {
      "route_settings.data_trace_enabled": { here: "Execution logs are not written.", sameWith: [false] },
      "route_settings.logging_level": { here: "Execution logs are not written.", sameWith: ["OFF"] },
      "default_route_settings.data_trace_enabled": { here: "Execution logs are not written.", sameWith: [false] },
      "default_route_settings.logging_level": { here: "Execution logs are not written.", sameWith: ["OFF"] },
    },
  },
  aws_cloudwatch_dashboard: CLOUD_ONLY,
  aws_cloudwatch_log_group: {
    emulated: ["name"],
    cloudOnly: ["kms_key_id", "log_group_class", "retention_in_days", "skip_destroy", "tags"],
  },
  aws_cloudwatch_metric_alarm: CLOUD_ONLY,
  aws_dynamodb_table: {
    emulated: [
      "attribute.name",
      "attribute.type",
      "billing_mode",
      "global_secondary_index.hash_key",
      "global_secondary_index.name",
      "global_secondary_index.non_key_attributes",
      "global_secondary_index.projection_type",
      "global_secondary_index.range_key",
      "hash_key",
      "name",
      "range_key",
      "stream_enabled",
      "stream_view_type",
      "ttl.attribute_name",
      "ttl.enabled",
    ],
    cloudOnly: [
      "deletion_protection_enabled",
      "on_demand_throughput",
      "point_in_time_recovery",
      "server_side_encryption",
      "table_class",
      "tags",
    ],
    differences: {
      deletion_protection_enabled: { here: "Whoever may delete the table can.", sameWith: [false] },
      on_demand_throughput: { here: "Reads and writes are never throttled.", sameWith: [] },
    },
  },
  aws_iam_role: {
    emulated: ["assume_role_policy", "name"],
    cloudOnly: ["description", "path", "permissions_boundary", "tags"],
  },
  aws_iam_role_policy: { emulated: ["policy", "role"], cloudOnly: ["name"] },
  // Whoever names a key names it by its ARN.
  aws_kms_alias: CLOUD_ONLY,
  aws_kms_key: {
    emulated: ["customer_master_key_spec", "key_usage", "policy"],
    cloudOnly: ["deletion_window_in_days", "description", "tags"],
  },
  aws_lambda_function: {
    emulated: [
      "environment.variables.*",
      "filename",
      "function_name",
      "handler",
      "memory_size",
      "package_type",
      "role",
      "runtime",
      "timeout",
    ],
    cloudOnly: [
      "architectures",
      "description",
      "ephemeral_storage",
      "image_uri",
      "kms_key_arn",
      "reserved_concurrent_executions",
      "source_code_hash",
      "tags",
      "tracing_config",
    ],
    differences: {
      ephemeral_storage: { here: "Functions share this machine's folder for temporary files.", sameWith: [] },
      reserved_concurrent_executions: { here: "Up to four calls run at once, however many wait.", sameWith: [-1] },
    },
  },
  aws_lambda_event_source_mapping: {
    emulated: [
      "batch_size",
      "bisect_batch_on_function_error",
      "destination_config.on_failure.destination_arn",
      "enabled",
      "event_source_arn",
      "filter_criteria.filter.pattern",
      "function_name",
      "function_response_types",
      "maximum_batching_window_in_seconds",
      "maximum_record_age_in_seconds",
      "maximum_retry_attempts",
      "parallelization_factor",
      "scaling_config.maximum_concurrency",
      "starting_position",
    ],
    cloudOnly: ["metrics_config", "tags"],
  },
  aws_lambda_function_event_invoke_config: {
    emulated: [
      "destination_config.on_failure.destination",
      "function_name",
      "maximum_event_age_in_seconds",
      "maximum_retry_attempts",
    ],
    cloudOnly: [],
  },
  aws_lambda_function_url: {
    emulated: [
      "authorization_type",
      "cors.allow_credentials",
      "cors.allow_headers",
      "cors.allow_methods",
      "cors.allow_origins",
      "cors.expose_headers",
      "cors.max_age",
      "function_name",
      "invoke_mode",
    ],
    cloudOnly: [],
  },
  aws_lambda_permission: {
    emulated: [
      "action",
      "function_name",
      "function_url_auth_type",
      "invoked_via_function_url",
      "principal",
      "source_arn",
    ],
    cloudOnly: ["statement_id"],
  },
  aws_scheduler_schedule: {
    emulated: [
      "flexible_time_window.mode",
      "group_name",
      "name",
      "schedule_expression",
      "schedule_expression_timezone",
      "state",
      "target.arn",
      "target.dead_letter_config.arn",
      "target.input",
      "target.role_arn",
    ],
    // A call always arrives here, or is refused for good.
    cloudOnly: ["description", "target.retry_policy"],
  },
  aws_scheduler_schedule_group: { emulated: ["name"], cloudOnly: ["tags"] },
  aws_sqs_queue: {
    emulated: [
      "delay_seconds",
      "max_message_size",
      "message_retention_seconds",
      "name",
      "receive_wait_time_seconds",
      "visibility_timeout_seconds",
    ],
    // A redrive policy within the queue is refused: it has a resource of its own.
    cloudOnly: ["sqs_managed_sse_enabled", "tags"],
  },
  aws_sqs_queue_redrive_allow_policy: { emulated: ["queue_url", "redrive_allow_policy"], cloudOnly: [] },
  aws_sqs_queue_redrive_policy: { emulated: ["queue_url", "redrive_policy"], cloudOnly: [] },
  docker_image: CLOUD_ONLY,
  docker_registry_image: CLOUD_ONLY,
};

/** Returns the paths of a resource's attributes that the local cloud does not know, such as `ttl.colour`. */
export function unknownAttributes(resource: Block, { emulated, cloudOnly }: ResourceType): string[] {
  const known = (path: string) => emulated.includes(path) || emulated.includes(path.replace(/\.[^.]+$/, ".*"));
  const ignored = (path: string) => cloudOnly.includes(path);
  if (ignored("*")) return [];
  const visit = (value: unknown, path: string): string[] => {
    if (value === null || known(path) || ignored(path)) return [];
    if (Array.isArray(value) && value.length > 0) return value.flatMap((item) => visit(item, path));
    if (isObject(value) && Object.keys(value).length > 0)
      return Object.entries(value).flatMap(([key, item]) => visit(item, `${path}.${key}`));
    // An empty block or list of a kind that is known says nothing.
    const group = [...emulated, ...cloudOnly].some((candidate) => candidate.startsWith(`${path}.`));
    return group && typeof value === "object" ? [] : [path];
  };
  return Object.entries(resource.values)
    .filter(([key]) => !META.includes(key))
    .flatMap(([key, value]) => visit(value, key));
}
