import type { Breach } from "./breach";

const resource = "application/resource";
const deletions = `${resource}/aws_sqs_queue/deletions`;
const stream = `${resource}/aws_lambda_event_source_mapping/finish-deletions_deleted_posts`;
const feed = `${resource}/aws_lambda_event_source_mapping/deletions_source`;
const hourly = `${resource}/aws_scheduler_schedule/sweep_hourly`;

/** For every rule about what runs in the background, changes that break it. */
export const backgroundBreaches: Readonly<Record<string, readonly Breach[]>> = {
  "every queue that feeds a function has dead letters, which are kept the longest and take from no other queue": [
    [`${resource}/aws_sqs_queue_redrive_policy/deletions_redrive`],
    [
      `${resource}/aws_sqs_queue_redrive_policy/deletions_redrive/redrive_policy`,
      JSON.stringify({ deadLetterTargetArn: `\${aws_sqs_queue.deletions_dead-letters.arn}`, maxReceiveCount: 1 }),
    ],
    [`${resource}/aws_sqs_queue_redrive_allow_policy/deletions_dead-letters_allow`],
    [`${deletions}_dead-letters/message_retention_seconds`, 345_600],
  ],
  "a message is hidden for six times as long as its function may take, or for a written reason at least as long": [
    [`${deletions}/visibility_timeout_seconds`, 60],
    [`${resource}/aws_lambda_function/finish-deletions/timeout`, 900],
    [`${resource}/aws_lambda_function/deliver-segments/timeout`, 900],
  ],
  "every queue is encrypted, and takes what every release of the provider lets it take": [
    [`${deletions}/sqs_managed_sse_enabled`],
    [`${deletions}_dead-letters/max_message_size`],
  ],
  "no queue has its redrive policy within itself": [[`${deletions}/redrive_policy`, '{"maxReceiveCount":5}']],
  "a record that fails holds up no other, and is told of when it is given up": [
    [`${stream}/starting_position`, "LATEST"],
    [`${stream}/bisect_batch_on_function_error`],
    [`${stream}/maximum_retry_attempts`, -1],
    [`${stream}/maximum_record_age_in_seconds`, -1],
    [`${stream}/parallelization_factor`],
    [`${stream}/destination_config`],
  ],
  "every batch may fail in part, and its mapping waits for the permission to read": [
    [`${stream}/function_response_types`],
    [`${feed}/function_response_types`, []],
    [`${feed}/depends_on`],
  ],
  "every schedule calls at its time in UTC, with an event of ours, and keeps what does not arrive": [
    [`${hourly}/flexible_time_window/mode`, "FLEXIBLE"],
    [`${hourly}/schedule_expression_timezone`],
    [`${hourly}/target/input`],
    [`${hourly}/target/dead_letter_config`],
  ],
  "every function that a schedule calls keeps what it failed on": [
    [`${resource}/aws_lambda_function_event_invoke_config/sweep_hourly_failures`],
    [`${resource}/aws_lambda_function_event_invoke_config/sweep_hourly_failures/destination_config`],
  ],
};
