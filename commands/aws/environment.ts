import { environments } from "../../environments";
import { PLACEHOLDER_ACCOUNT, withAccount } from "../../environments/account";
import type { Environment } from "../../environments/environment";
import { oneOf } from "../../environments/fields";
import { withPreview } from "../../environments/preview";
import { checked } from "../../environments/validate";
import { CommandError } from "../errors/command-error";
import { EXIT } from "../errors/exit-codes";

/**
 * Returns the environment of a name, which may be a preview, with the account that TERRACE_ACCOUNT_ID may have put in the placeholder's place.
 *
 * @throws CommandError that suggests what was meant, or lists the environments; Error with every mistake in them.
 */
export function environmentNamed(
  name: string,
  variables: Readonly<Record<string, string | undefined>>,
  all: readonly Environment[] = environments,
): Environment {
  // CI systems set an empty variable where a person leaves it out.
  const known = checked(withAccount(withPreview(all, name), variables.TERRACE_ACCOUNT_ID || undefined));
  const environment = known.find((candidate) => candidate.name === name);
  if (environment) return environment;
  const { error } = oneOf(known.map((candidate) => candidate.name)).safeParse(name);
  const [mistake, remedy] = (error?.issues[0]?.message ?? "").split("; ");
  throw new CommandError({ subject: "environment", value: name, mistake: mistake ?? "", remedy: remedy ?? "" });
}

/**
 * Makes sure that somebody named the account of an environment.
 *
 * @throws CommandError (refused) while it is the placeholder of a fresh clone.
 */
export function requireNamedAccount({ name, account }: Pick<Environment, "name" | "account">): void {
  if (account !== PLACEHOLDER_ACCOUNT) return;
  throw new CommandError({
    subject: `${name}.account`,
    value: account,
    mistake: "is the placeholder of a fresh clone",
    remedy: `put the twelve digits of your AWS account into environments/${name}.ts, or set TERRACE_ACCOUNT_ID`,
    exitCode: EXIT.refused,
  });
}
