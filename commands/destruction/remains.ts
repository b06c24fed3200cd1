import { guardName } from "../../environments/names";
import { isLost, ofType } from "../../review/plan/plan";
import { pick, text } from "../../review/plan/value";
import type { Context, Synthesized } from "../environment/context";
import type { Planned } from "../terraform/stack";

/** Says what a destruction leaves, since it belongs to the account, to AWS or to whoever may want it back. */
export async function remains(
  { environment, clock }: Context,
  plans: readonly Planned[],
  { states }: Synthesized,
  exported: readonly string[],
): Promise<string[]> {
  const lost = (type: string) => plans.flatMap(({ plan }) => ofType(plan, type).filter(isLost));
  const keys = lost("aws_kms_key").map(({ before }) => {
    const days = pick(before, "deletion_window_in_days");
    // https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html
    const until = new Date(clock.now() + (typeof days === "number" ? days : 30) * 86_400_000)
      .toISOString()
      .slice(0, 10);
    return `the KMS key ${text(before, "key_id") ?? ""}, disabled, until AWS deletes it on ${until}`;
  });
  const backups = lost("aws_dynamodb_table")
    .filter(({ before }) => pick(before, "point_in_time_recovery.0.enabled") === true)
    .map(({ before }) => `AWS's backup of the table ${text(before, "name")}, for 35 days`);
  const groups = lost("aws_cloudwatch_log_group").length;
  return [
    ...exported.map((place) => `the export ${place}: \`terrace restore ${environment.name} <file>\` brings it back`),
    ...(states[0]
      ? [`the states and the ledger of releases in s3://${states[0].bucket}/, which cost next to nothing`]
      : []),
    ...keys,
    ...backups,
    ...(groups > 0 ? ["log groups that Lambda or API Gateway makes anew if they still write"] : []),
    `what \`terrace bootstrap\` made: the bucket, API Gateway's logging role, and roles such as ${guardName(environment, "apply")}`,
  ];
}
