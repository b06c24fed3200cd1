import type { Plan } from "../../review/plan/plan";
import { isLost, ofType } from "../../review/plan/plan";
import { pick, text } from "../../review/plan/value";
import { CommandError } from "../errors/command-error";
import { EXIT } from "../errors/exit-codes";

interface Protected {
  readonly name: string;
  readonly deletionProtection: boolean;
}

/**
 * Makes sure that nothing protects the environment from deletion: neither what is written, nor what is deployed.
 *
 * @throws CommandError (refused) that says how the protection is lifted, which is a deployment of its own
 */
export function requireUnprotected({ name, deletionProtection }: Protected, plans: readonly Plan[]): void {
  const deployed = plans
    .flatMap((plan) => ofType(plan, "aws_dynamodb_table").filter(isLost))
    .filter(({ before }) => pick(before, "deletion_protection_enabled") === true)
    .map(({ address, before }) => text(before, "name") ?? address);
  if (!deletionProtection && deployed.length === 0) return;
  throw new CommandError({
    subject: name,
    mistake: deletionProtection
      ? `is protected from deletion by environments/${name}.ts`
      : `is still protected from deletion as it is deployed (${deployed.join(", ")})`,
    remedy:
      `lift it in a change of its own: set deletionProtection to false in environments/${name}.ts, have it reviewed, ` +
      `and run \`terrace deploy ${name}\`; then run this again`,
    exitCode: EXIT.refused,
  });
}
