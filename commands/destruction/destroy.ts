import { ECRClient } from "@aws-sdk/client-ecr";
import { repositoryName } from "../../environments/names";
import { sha256 } from "../../review/binding";
import { isLost } from "../../review/plan/plan";
import { applyWithProgress } from "../deployment/applying";
import { recordFailure } from "../deployment/release";
import {
  type Context,
  definitionOf,
  ledgerOf,
  requireUnlocked,
  type Synthesized,
  synthesize,
} from "../environment/context";
import { EXIT } from "../errors/exit-codes";
import type { Entry, Ledger } from "../releases/ledger";
import { currentRelease } from "../releases/release";
import type { Outcome } from "../terminal/terminal";
import { type Contents, contentsJson, contentsOf, isEmpty, showContents, takeOver } from "./contents";
import { exportAll } from "./exporting";
import { deleteImages } from "./images";
import { requireUnprotected } from "./protection";
import { remains } from "./remains";

export interface DestroyOptions {
  /** Say what would go, and change nothing. */
  readonly dryRun?: boolean;
  /** Where the tables are exported to. */
  readonly export?: string;
}

/**
 * Destroys an environment: takes over what a killed deployment left in no state, stops what writes, exports the tables,
 * and deletes everything, images included.
 *
 * Every step can be repeated. What an interrupted run left is destroyed by the next one, which exports the tables that
 * are still there into a file of its own; earlier exports stay.
 *
 * @returns what there was and what became of it, to be printed
 * @throws CommandError (refused) if the environment is protected, somebody holds a lock, or it was not confirmed
 */
export async function destroy(context: Context, options: DestroyOptions): Promise<Outcome> {
  const { environment, terminal, signal } = context;
  const { name } = environment;
  const prepared = synthesize(context);
  await requireUnlocked(context, prepared);
  const found = await contentsOf(context, prepared);
  showContents(context, found);
  const value = { environment: name, destroyed: false, ...contentsJson(found) };
  if (isEmpty(found)) {
    if (!options.dryRun) await closeLedger(context, prepared, found);
    return { exitCode: EXIT.done, value, lines: [`There is nothing of ${name}.`] };
  }
  refuseProtected(context, found);
  if (options.dryRun) return { exitCode: EXIT.attention, value, lines: ["Nothing was changed: this was a dry run."] };
  await terminal.confirm({ action: "DESTROY all of this", environment, word: name }, signal);
  const contents = await takeOver(context, prepared, found);
  // A table may have been among what no state knew.
  refuseProtected(context, contents);
  const ledger = ledgerOf(context, prepared);
  const entry = await begin(context, ledger, contents);
  const exported = await carryOut(context, ledger, contents, options.export).catch(async (error: unknown) => {
    await recordFailure(context, ledger, entry);
    throw error;
  });
  await finish(context, ledger, entry);
  const left = await remains(context, contents.plans, prepared, exported);
  return {
    exitCode: EXIT.done,
    value: { environment: name, destroyed: true, ...contentsJson(contents), exported, remains: left },
    lines: [`${name} is destroyed. What remains:`, ...left.map((line) => `  - ${line}`)],
  };
}

/** Exports, and then deletes. Returns where the exports are. */
async function carryOut(context: Context, ledger: Ledger, contents: Contents, file?: string): Promise<string[]> {
  const { environment, terminal, signal } = context;
  const exported = await exportAll(context, ledger, contents, file);
  for (const planned of contents.plans) {
    if (planned.stack.name !== environment.name) await deleteAllImages(context);
    if (planned.changes) terminal.say(`Destroying ${planned.stack.name}.`);
    await applyWithProgress(planned, terminal, signal);
  }
  return exported;
}

function refuseProtected({ environment }: Context, { plans }: Contents): void {
  requireUnprotected(
    environment,
    plans.map(({ plan }) => plan),
  );
}

/** Writes down that everything is gone, if a run was killed before it could. */
async function closeLedger(context: Context, prepared: Synthesized, contents: Contents): Promise<void> {
  const ledger = ledgerOf(context, prepared);
  if (currentRelease(await ledger.all()) === undefined) return;
  await finish(context, ledger, await begin(context, ledger, contents));
}

function finish({ clock }: Context, ledger: Ledger, entry: Entry): Promise<Entry> {
  return ledger.change(entry, { status: "destroyed", finishedAt: new Date(clock.now()).toISOString() });
}

function begin({ environment, caller, clone, clock }: Context, ledger: Ledger, { plans }: Contents): Promise<Entry> {
  const gone = { created: 0, changed: 0, replaced: 0 };
  return ledger.begin({
    environment: environment.name,
    action: "destroy",
    status: "applying",
    startedAt: new Date(clock.now()).toISOString(),
    by: caller.arn,
    ...clone.history.sources(),
    stacks: plans.map(({ stack, plan }) => ({
      name: stack.name,
      definition: sha256(definitionOf(stack)),
      counts: { ...gone, destroyed: plan.changes.filter(isLost).length },
    })),
  });
}

async function deleteAllImages({ environment, settings, terminal }: Context): Promise<void> {
  const client = new ECRClient({ ...settings });
  try {
    const count = await deleteImages(client, repositoryName(environment));
    if (count > 0) terminal.say(`Deleted ${count} images.`);
  } finally {
    client.destroy();
  }
}
