import fs from "node:fs";
import path from "node:path";
import { S3Client } from "@aws-sdk/client-s3";
import type { Environment } from "../../environments/environment";
import { PREVIEW } from "../../environments/names";
import { type Clock, systemClock } from "../../local/shared/clock";
import { type AwsSettings, awsSettings, type Caller, requireAccount } from "../aws/account";
import { environmentNamed } from "../aws/environment";
import { type Clone, DEFINITION, here, readDefinition, type Stack, stacksOf } from "../clone/stacks";
import { Ledger } from "../releases/ledger";
import { type AskForLeftovers, askForLeftovers } from "../takeover/take-over";
import type { Run } from "../terminal/command";
import type { Host, Terminal } from "../terminal/terminal";
import { lockedError, readLock } from "../terraform/lock";
import { type StateObject, stateObjectOf } from "../terraform/state-object";

/** What a command about an environment works with: the process, the clone, the time, and who asks the account. */
export interface Surroundings {
  readonly host: Host;
  readonly clone: Clone;
  readonly clock: Clock;
  readonly leftovers: AskForLeftovers;
}

/** The process, the clone in its folder, the time, and the account. */
export const surroundings: Surroundings = {
  host: process,
  clone: here,
  clock: systemClock,
  leftovers: askForLeftovers,
};

/** An environment that a command works on, after its account was found to be the caller's. */
export interface Context {
  readonly environment: Environment;
  readonly settings: AwsSettings;
  readonly caller: Caller;
  readonly clone: Clone;
  readonly clock: Clock;
  readonly leftovers: AskForLeftovers;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
  readonly variables: Readonly<Record<string, string | undefined>>;
}

/**
 * Prepares the work on an environment.
 *
 * @throws CommandError if there is no such environment, or the credentials are of another account
 */
export async function contextOf(
  name: string,
  { terminal, signal }: Run,
  { host, clone, clock, leftovers }: Surroundings,
): Promise<Context> {
  const environment = environmentNamed(name, host.env);
  const caller = await requireAccount(environment, signal);
  const settings = awsSettings(environment);
  return { environment, settings, caller, clone, clock, leftovers, terminal, signal, variables: host.env };
}

/** The stacks of an environment, synthesized, and what is kept beside their states. */
export interface Synthesized {
  /** In the order in which they are deployed. */
  readonly stacks: readonly Stack[];
  readonly states: readonly StateObject[];
}

/** What planning takes of a context. */
export type PlanningContext = Omit<Context, "caller">;

/**
 * Prepares a plan that nobody will apply: Terraform alone asks AWS, and whose account the credentials are of is left to it.
 *
 * @throws CommandError if there is no such environment
 */
export function planningContextOf(
  name: string,
  { terminal, signal }: Run,
  { host, clone, clock }: Surroundings,
): PlanningContext {
  const environment = environmentNamed(name, host.env);
  const leftovers = async () => [];
  return {
    environment,
    settings: awsSettings(environment),
    clone,
    clock,
    leftovers,
    terminal,
    signal,
    variables: host.env,
  };
}

/** Writes `cdktf.out`, with an image that is there already if its digest is given, and returns the environment's stacks. */
export function synthesize(
  { clone, environment }: Pick<Context, "clone" | "environment">,
  digest?: string,
): Synthesized {
  clone.synthesize({
    ...(digest !== undefined && { TERRACE_IMAGE_DIGEST: digest }),
    ...(environment.name.startsWith(PREVIEW) && { TERRACE_PREVIEW: environment.name }),
  });
  return synthesized(stacksOf(environment.name, clone));
}

/** Returns stacks with the places of their states. */
export function synthesized(stacks: readonly Stack[]): Synthesized {
  return { stacks, states: stacks.map(({ folder }) => stateObjectOf(readDefinition(folder))) };
}

/** Opens the ledger of releases, which is beside the states of the stacks. */
export function ledgerOf({ environment, settings }: Context, { states }: Synthesized): Ledger {
  const [state] = states;
  if (state === undefined) throw new Error(`${environment.name} has no stacks.`);
  return new Ledger(
    new S3Client({ ...settings, region: state.region }),
    state.bucket,
    `${path.posix.dirname(state.key)}/`,
  );
}

/**
 * Makes sure that nobody holds the lock of a state, before anything is planned.
 *
 * @throws CommandError (refused) that says who holds it, since when, and how it is broken
 */
export async function requireUnlocked(context: Context, { stacks, states }: Synthesized): Promise<void> {
  for (const [index, state] of states.entries()) {
    const s3 = new S3Client({ ...context.settings, region: state.region });
    try {
      const lock = await readLock(s3, state, context.signal);
      const stack = stacks[index];
      if (lock && stack)
        throw lockedError(lock, stack.name, path.relative(context.clone.root, stack.folder), context.clock.now());
    } finally {
      s3.destroy();
    }
  }
}

/** Returns the text of a stack's definition, of which releases keep the hash. */
export function definitionOf({ folder }: Stack): string {
  return fs.readFileSync(path.join(folder, DEFINITION), "utf8");
}
