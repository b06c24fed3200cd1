import { guardName } from "../../environments/names";
import { isLost, ofType } from "../../review/plan/plan";
import { pick, text } from "../../review/plan/value";
import { readDefinition } from "../clone/stacks";
import type { Context, Synthesized } from "../environment/context";
import { type Planned, stateOf } from "../terraform/stack";

/** Says what a destruction leaves, since it belongs to the account, to AWS or to whoever may want it back. */
export async function remains(
  context: Context,
  plans: readonly Planned[],
  prepared: Synthesized,
  exported: readonly string[],
): Promise<string[]> {
  const { environment, clock } = context;
  const { states } = prepared;
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
  return [
    ...exported.map((place) => `the export ${place}: \`terrace restore ${environment.name} ${place}\` brings it back`),
    ...(states[0]
      ? [`the states and the ledger of releases in s3://${states[0].bucket}/, which cost next to nothing`]
      : []),
    ...keys,
    ...backups,
    ...(await stray(context, prepared)),
    `what \`terrace bootstrap\` made: the bucket, API Gateway's logging role, and roles such as ${guardName(environment, "apply")}`,
  ];
}

/** Looks for what is there and in no state: what a killed first deployment made, or Lambda after its log group was gone. */
async function stray(
  { environment, leftovers, signal, terminal }: Context,
  { stacks }: Synthesized,
): Promise<string[]> {
  const found: string[] = [];
  for (const stack of stacks)
    try {
      const imports = await leftovers(environment, readDefinition(stack.folder), await stateOf(stack, signal));
      found.push(
        ...imports.map(
          ({ to, id }) =>
            `${to} (${id}), which no state knows: \`terrace destroy ${environment.name}\` takes it over and deletes it`,
        ),
      );
    } catch (error) {
      // Everything is destroyed: a failure to look must not look like a failure to destroy.
      terminal.warn(
        `What else is left of ${stack.name} is not known: ${error instanceof Error ? error.message : error}`,
      );
    }
  return found;
}
