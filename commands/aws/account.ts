import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import type { Environment } from "../../environments/environment";
import { CommandError } from "../errors/command-error";
import { EXIT } from "../errors/exit-codes";
import { requireNamedAccount } from "./environment";

/** What every client of an environment is made with. Endpoints, profiles and credentials are the SDK's own variables. */
export interface AwsSettings {
  readonly region: string;
  /** Tries of a call, the first included. Rates of control planes are low, and a failed command is worse than a slow one. */
  readonly maxAttempts: number;
}

/** Returns the settings of every client that works in an environment's region. */
export function awsSettings({ region }: Pick<Environment, "region">): AwsSettings {
  return { region, maxAttempts: 6 };
}

/** Who the credentials are. */
export interface Caller {
  readonly account: string;
  /** `arn:aws:sts::123456789012:assumed-role/deployer/jane`. */
  readonly arn: string;
}

/** Asks AWS who the credentials are, which needs no right. */
export async function callerOf(settings: AwsSettings, signal?: AbortSignal): Promise<Caller> {
  const sts = new STSClient({ ...settings });
  try {
    const { Account, Arn } = await sts.send(new GetCallerIdentityCommand({}), signal ? { abortSignal: signal } : {});
    return { account: Account ?? "", arn: Arn ?? "" };
  } finally {
    sts.destroy();
  }
}

/**
 * Makes sure that the credentials are of the environment's account, before anything else is asked or changed.
 *
 * @throws CommandError (refused) that names both accounts, or the placeholder.
 */
export async function requireAccount(environment: Environment, signal?: AbortSignal): Promise<Caller> {
  requireNamedAccount(environment);
  const caller = await callerOf(awsSettings(environment), signal);
  if (caller.account === environment.account) return caller;
  throw new CommandError({
    subject: "AWS account",
    value: caller.account,
    mistake: `is where the credentials belong (${caller.arn}), and ${environment.name} is in ${environment.account}`,
    remedy: `set AWS_PROFILE to one of ${environment.account}, or correct environments/${environment.name}.ts`,
    exitCode: EXIT.refused,
  });
}
