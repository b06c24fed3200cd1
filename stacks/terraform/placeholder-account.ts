import { type TerraformStack, TerraformVariable } from "cdktf";
import { PLACEHOLDER_ACCOUNT } from "../../environments/account";
import type { Environment } from "../../environments/environment";

export interface PlaceholderAccountProps {
  readonly environment: Pick<Environment, "name" | "account">;
}

/**
 * Makes every plan of a stack fail, with the remedy, while its environment has no account yet. A fresh clone can be
 * synthesized, tested and run locally; it cannot be deployed into an account that nobody named.
 */
export function refusePlaceholderAccount(stack: TerraformStack, { environment }: PlaceholderAccountProps) {
  if (environment.account !== PLACEHOLDER_ACCOUNT) return;
  const account = new TerraformVariable(stack, "account", { type: "string", default: environment.account });
  account.addValidation({
    condition: `\${${account.fqn} != "${PLACEHOLDER_ACCOUNT}"}`,
    errorMessage: `environments/${environment.name}.ts still has the placeholder account id ${PLACEHOLDER_ACCOUNT}; put your twelve-digit AWS account id there, or set TERRACE_ACCOUNT_ID.`,
  });
}
