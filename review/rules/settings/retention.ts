import type { Row } from "../rule";
import { table } from "./table";
import { lowered, raised, reading } from "./tests";

/** CloudWatch Logs keeps events for ever if the number is 0 or missing. */
const FOR_EVER = { value: 0, as: Number.POSITIVE_INFINITY };

const rows: readonly Row[] = [
  {
    type: "aws_cloudwatch_log_group",
    attribute: "retention_in_days",
    when: reading(FOR_EVER, lowered),
    severity: "asks",
    // https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
    consequence: "Older events are deleted, within 72 hours, and cannot be brought back.",
    remedy: "Export the older events first, or keep the number.",
  },
  {
    type: "aws_cloudwatch_log_group",
    attribute: "retention_in_days",
    when: reading(FOR_EVER, raised),
    severity: "notes",
    consequence: "Nothing is lost; storing more costs more.",
    remedy: "None needed.",
  },
  {
    type: "aws_sqs_queue",
    attribute: "message_retention_seconds",
    when: lowered,
    severity: "asks",
    consequence: "Messages that wait longer are dropped, those that wait already included.",
    remedy: "Empty the queue first, or keep the number.",
  },
  {
    type: "aws_dynamodb_table",
    attribute: "stream_view_type",
    when: (before, after) =>
      typeof before === "string" && before !== "" && typeof after === "string" && after !== before,
    severity: "asks",
    consequence: "The stream is switched off and on: it gets another ARN, and changes that nobody read yet are lost.",
    remedy: "Drain the readers first, and expect their mappings to be replaced.",
  },
  {
    type: "aws_dynamodb_table",
    attribute: "stream_enabled",
    when: (before, after) => before === true && after === false,
    severity: "asks",
    consequence: "What reads the stream hears of no more changes; those that nobody read yet are lost.",
    remedy: "Remove its readers first.",
  },
];

/** Finds data that is kept for a shorter time, and streams that start anew. */
export const retention = table("retention", rows);
