/** Stands in every environment of a fresh clone, which can be synthesized and run on a laptop, but not deployed. */
export const PLACEHOLDER_ACCOUNT = "000000000000";

/** The form of an account id. */
export const ACCOUNT = /^\d{12}$/;

/**
 * Returns the environments with the placeholder replaced by `account`; one that names its own account keeps it.
 *
 * @param account - the variable TERRACE_ACCOUNT_ID, so that CI and a first try need no edit; undefined changes nothing.
 * @throws Error when it is not an account id.
 */
export function withAccount<Environment extends { readonly account: string }>(
  environments: readonly Environment[],
  account: string | undefined,
): readonly Environment[] {
  if (account === undefined) return environments;
  if (!ACCOUNT.test(account)) {
    const received = JSON.stringify(account.slice(0, 80));
    throw new Error(`TERRACE_ACCOUNT_ID: ${received} is not an AWS account id; set it to twelve digits, or unset it`);
  }
  return environments.map((environment) =>
    environment.account === PLACEHOLDER_ACCOUNT ? { ...environment, account } : environment,
  );
}
