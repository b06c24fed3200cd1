import { sha256 } from "../../review/binding";
import { type Context, definitionOf, type Synthesized } from "../environment/context";
import type { Check } from "../gate/checks";
import { addressesOf, checkPatiently, showChecks } from "../gate/gate";
import type { Entry, Ledger } from "../releases/ledger";
import type { Release } from "../releases/release";
import { applyWithProgress } from "./applying";
import type { ReviewedPlan } from "./planning";

/** A release that is about to be made. */
export interface Draft extends Pick<Release, "action" | "commit" | "edited" | "to"> {
  readonly plans: readonly ReviewedPlan[];
  readonly synthesized: Synthesized;
  /** True asks the environment afterwards whether it works. */
  readonly gate: boolean;
  /** Called before each stack: makes what the stack needs and Terraform does not make. */
  readonly beforeApplying?: ((stack: string) => Promise<void>) | undefined;
  /** Keeps what a rollback to this release would apply. Called after everything is applied. */
  readonly keep: () => Promise<Pick<Release, "bundle" | "image">>;
}

export interface Released {
  readonly release: Release;
  readonly checks: readonly Check[];
}

/**
 * Applies the plans of a release and writes it into the ledger: before, so that a killed command is seen there, and
 * after. What was killed is done again by planning anew.
 *
 * @throws whatever stopped the apply, after the ledger has it
 */
export async function carryOut(context: Context, ledger: Ledger, draft: Draft): Promise<Released> {
  const { environment, caller, clock, terminal, signal } = context;
  const { plans, synthesized, action, commit, edited, to, gate } = draft;
  const now = () => new Date(clock.now()).toISOString();
  let entry: Entry = await ledger.begin({
    environment: environment.name,
    action,
    status: "applying",
    startedAt: now(),
    by: caller.arn,
    commit,
    edited,
    to,
    stacks: plans.map(({ stack, review }) => ({
      name: stack.name,
      definition: sha256(definitionOf(stack)),
      counts: review.counts,
    })),
  });
  try {
    for (const planned of plans) {
      await draft.beforeApplying?.(planned.stack.name);
      if (planned.changes) terminal.say(`Applying ${planned.stack.name}.`);
      await applyWithProgress(planned, terminal, signal);
    }
    entry = await ledger.change(entry, await draft.keep());
    const checks = gate ? await ask(context, synthesized) : [];
    const unhealthy = checks.some(({ state }) => state === "failed");
    entry = await ledger.change(entry, { status: unhealthy ? "unhealthy" : "deployed", finishedAt: now() });
    return { release: entry.release, checks };
  } catch (error) {
    await recordFailure(context, ledger, entry);
    throw error;
  }
}

/** Writes down that a release failed. If the ledger fails too, that is said, and does not hide what failed first. */
export async function recordFailure({ clock, terminal }: Context, ledger: Ledger, entry: Entry): Promise<void> {
  try {
    await ledger.change(entry, { status: "failed", finishedAt: new Date(clock.now()).toISOString() });
  } catch (error) {
    const reason = error instanceof Error ? error.message : error;
    terminal.warn(`The ledger does not know that release ${entry.release.number} failed: ${reason}`);
  }
}

async function ask(context: Context, synthesized: Synthesized): Promise<Check[]> {
  context.terminal.say(`Asking ${context.environment.name} whether it works.`);
  const checks = await checkPatiently(context, await addressesOf(context, synthesized));
  showChecks(context, checks);
  return checks;
}
