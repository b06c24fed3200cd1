import type { Environment } from "./environment";

/** Stands in every environment of a fresh clone: it can be synthesized and run on a laptop, but not deployed. */
export const PLACEHOLDER_ACCOUNT = "000000000000";

export function isAccount(id: string): boolean {
  return /^\d{12}$/.test(id);
}

/**
 * The environments with the placeholder replaced by `account`; one that names its own account keeps it.
 *
 * @param account - the variable TERRACE_ACCOUNT_ID, so that CI and a first try need no edit.
 * @throws Error when it is not an account id.
 */
export function withAccount(environments: readonly Environment[], account: string | undefined): readonly Environment[] {
  if (account === undefined) return environments;
  if (!isAccount(account)) {
    const received = JSON.stringify(account.slice(0, 80));
    throw new Error(`TERRACE_ACCOUNT_ID: ${received} is not an AWS account id; set it to twelve digits, or unset it`);
  }
  return environments.map((environment) =>
    environment.account === PLACEHOLDER_ACCOUNT ? { ...environment, account } : environment,
  );
}
