import type { Row } from "../rule";
import { table } from "./table";
import { becomes, changed, doubled, raised, turnedOn } from "./tests";

const remedy = "None needed, if the price is meant.";

const rows: readonly Row[] = [
  {
    type: "aws_dynamodb_table",
    attribute: "billing_mode",
    when: becomes("PROVISIONED"),
    severity: "asks",
    consequence: "The table is paid for by the hour, and requests above its capacity are throttled.",
    remedy: "Keep `PAY_PER_REQUEST`, or give it autoscaling and more than its busiest minute.",
  },
  {
    type: "aws_dynamodb_table",
    attribute: "billing_mode",
    when: becomes("PAY_PER_REQUEST"),
    severity: "notes",
    consequence: "The table is paid for by the request. AWS allows this change four times in 24 hours.",
    remedy,
  },
  {
    type: "aws_dynamodb_table",
    attribute: "stream_enabled",
    when: turnedOn,
    severity: "notes",
    consequence: "Changes from now on can be read, not those before.",
    remedy,
  },
  {
    type: "aws_dynamodb_table",
    attribute: "table_class",
    when: (before, after) => changed(before || "STANDARD", after || "STANDARD"),
    severity: "notes",
    consequence: "Storage and requests have other prices.",
    remedy,
  },
  {
    type: "aws_dynamodb_table",
    attribute: "point_in_time_recovery.enabled",
    when: turnedOn,
    severity: "notes",
    consequence: "Continuous backups are paid for by the size of the table.",
    remedy,
  },
  {
    type: "aws_lambda_function",
    attribute: "memory_size",
    when: doubled,
    severity: "notes",
    consequence: "A millisecond costs at least twice as much; the function may need fewer of them.",
    remedy,
  },
  {
    type: "aws_lambda_function",
    attribute: "timeout",
    when: raised,
    severity: "notes",
    consequence: "A call that hangs is paid for longer.",
    remedy,
  },
  {
    type: "aws_lambda_function",
    attribute: "ephemeral_storage.size",
    when: raised,
    severity: "notes",
    consequence: "Storage above 512 MB is paid for.",
    remedy,
  },
  {
    type: "aws_lambda_provisioned_concurrency_config",
    attribute: "provisioned_concurrent_executions",
    alsoNew: true,
    when: (before, after) => raised(before ?? 0, after),
    severity: "asks",
    consequence: "Instances are paid for by the hour, called or not.",
    remedy,
  },
  {
    type: "aws_cloudwatch_log_group",
    attribute: "log_group_class",
    when: changed,
    severity: "notes",
    consequence: "Ingestion has another price, and some features are missing.",
    remedy,
  },
];

/** Finds changes after which something is paid for in another way. */
export const cost = table("cost", rows);
