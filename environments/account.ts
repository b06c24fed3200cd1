import type { Environment } from "./environment";

/** Stands in every environment of a fresh clone: it can be synthesized and run on a laptop, but not deployed. */
export const PLACEHOLDER_ACCOUNT = "000000000000";

/**
 * The environments with the placeholder replaced by `account`; one that names its own account keeps it.
 *
 * @param account - the variable TERRACE_ACCOUNT_ID, so that CI and a first try need no edit; validated with the rest.
 */
export function withAccount(environments: readonly Environment[], account: string | undefined): readonly Environment[] {
  if (account === undefined) return environments;
  return environments.map((environment) =>
    environment.account === PLACEHOLDER_ACCOUNT ? { ...environment, account } : environment,
  );
}
