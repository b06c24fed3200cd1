import fs from "node:fs";
import path from "node:path";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { ECRClient } from "@aws-sdk/client-ecr";
import { repositoryName } from "../../environments/names";
import { partition } from "../../environments/region";
import { sha256 } from "../../review/binding";
import { isLost, ofType } from "../../review/plan/plan";
import { text } from "../../review/plan/value";
import { applyWithProgress } from "../deployment/applying";
import {
  type Context,
  definitionOf,
  ledgerOf,
  requireUnlocked,
  type Synthesized,
  synthesize,
} from "../environment/context";
import { pause } from "../environment/pause";
import { EXIT, type ExitCode } from "../errors/exit-codes";
import { sourcesOf } from "../releases/ancestry";
import type { Entry, Ledger } from "../releases/ledger";
import { currentRelease } from "../releases/release";
import { checkExport, exportTables } from "../tables/export";
import { initialize, type Planned, planStack } from "../terraform/stack";
import { deleteImages, imagesIn } from "./images";
import { requireUnprotected } from "./protection";
import { remains } from "./remains";
import { startWriters, stopWriters, type Writer, writersIn } from "./writers";

/** Bytes of a file that Node.js reads at once: https://nodejs.org/docs/latest-v20.x/api/fs.html#fsreadfilepath-options-callback */
const LARGEST_COPY = 2 ** 31 - 1;

export interface DestroyOptions {
  /** Say what would go, and change nothing. */
  readonly dryRun?: boolean;
  /** Where the tables are exported to. */
  readonly export?: string;
}

/** Everything of an environment that there is. */
interface Contents {
  /** The application's plan first, as it is destroyed first. */
  readonly plans: readonly Planned[];
  readonly tables: readonly string[];
  readonly writers: readonly Writer[];
  readonly images: readonly string[];
}

/**
 * Destroys an environment: stops what writes, exports the tables, and deletes everything, images included.
 *
 * Every step can be repeated. What an interrupted run left is destroyed by the next one, which exports the tables that
 * are still there into a file of its own; earlier exports stay.
 *
 * @throws CommandError (refused) if the environment is protected, somebody holds a lock, or it was not confirmed
 */
export async function destroy(context: Context, options: DestroyOptions): Promise<ExitCode> {
  const { environment, terminal, signal } = context;
  const { name } = environment;
  const prepared = synthesize(context);
  await requireUnlocked(context, prepared);
  const contents = await contentsOf(context, prepared);
  show(context, contents);
  const resources = contents.plans.map(({ stack, plan }) => ({
    stack: stack.name,
    resources: plan.changes.filter(isLost).map(({ address }) => address),
  }));
  const { tables, images } = contents;
  const isEmpty = contents.plans.every(({ changes }) => !changes) && images.length === 0;
  if (isEmpty) {
    if (!options.dryRun) await closeLedger(context, prepared, contents);
    terminal.finish({ environment: name, destroyed: false, resources, tables, images }, [
      `There is nothing of ${name}.`,
    ]);
    return EXIT.done;
  }
  requireUnprotected(
    environment,
    contents.plans.map(({ plan }) => plan),
  );
  if (options.dryRun) {
    terminal.finish({ environment: name, destroyed: false, resources, tables, images }, [
      "Nothing was changed: this was a dry run.",
    ]);
    return EXIT.attention;
  }
  await terminal.confirm({ action: "DESTROY all of this", environment, word: name }, signal);
  const ledger = ledgerOf(context, prepared);
  const entry = await begin(context, ledger, contents);
  const exported = await exportAll(context, ledger, contents, options.export);
  for (const planned of contents.plans) {
    if (planned.stack.name !== name) await deleteAllImages(context);
    if (planned.changes) terminal.say(`Destroying ${planned.stack.name}.`);
    await applyWithProgress(planned, terminal, signal);
  }
  await finish(context, ledger, entry);
  const left = await remains(context, contents.plans, prepared, exported);
  terminal.finish({ environment: name, destroyed: true, resources, tables, images, exported, remains: left }, [
    `${name} is destroyed. What remains:`,
    ...left.map((line) => `  - ${line}`),
  ]);
  return EXIT.done;
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

/** Plans the destruction and looks for what Terraform does not say. */
async function contentsOf(
  { environment, settings, terminal, signal }: Context,
  { stacks }: Synthesized,
): Promise<Contents> {
  const plans: Planned[] = [];
  for (const stack of stacks.toReversed()) {
    terminal.say(`Planning the destruction of ${stack.name}.`);
    await initialize(stack, signal);
    // What protects the environment is asked about below, with the remedy: a plan would fail without one.
    if (environment.deletionProtection) requireUnprotected(environment, []);
    plans.push(await planStack(stack, { destroy: true, signal }));
  }
  const client = new ECRClient({ ...settings });
  try {
    return {
      plans,
      tables: plans.flatMap(({ plan }) =>
        ofType(plan, "aws_dynamodb_table")
          .filter(isLost)
          .flatMap(({ before }) => text(before, "name") ?? []),
      ),
      writers: plans.flatMap(({ plan }) => writersIn(plan)),
      images: await imagesIn(client, repositoryName(environment)),
    };
  } finally {
    client.destroy();
  }
}

function show({ terminal }: Context, { plans, tables, images }: Contents): void {
  for (const { plan } of plans) for (const { address } of plan.changes.filter(isLost)) terminal.say(`    - ${address}`);
  terminal.say(`${tables.length} tables are exported first: ${tables.join(", ") || "none"}.`);
  terminal.say(`${images.length} images are deleted.`);
}

function begin({ environment, caller, clone, clock }: Context, ledger: Ledger, { plans }: Contents): Promise<Entry> {
  const gone = { created: 0, changed: 0, replaced: 0 };
  return ledger.begin({
    environment: environment.name,
    action: "destroy",
    status: "applying",
    startedAt: new Date(clock.now()).toISOString(),
    by: caller.arn,
    ...sourcesOf(clone.root),
    stacks: plans.map(({ stack, plan }) => ({
      name: stack.name,
      definition: sha256(definitionOf(stack)),
      counts: { ...gone, destroyed: plan.changes.filter(isLost).length },
    })),
  });
}

/** Stops what writes and exports every table, to a file and to the state's bucket. Returns both places. */
async function exportAll(
  context: Context,
  ledger: Ledger,
  { tables, writers }: Contents,
  wanted: string | undefined,
): Promise<string[]> {
  if (tables.length === 0) return [];
  const { environment, settings, clock, clone, signal, terminal } = context;
  const { name, region, account } = environment;
  const stamp = new Date(clock.now()).toISOString().replaceAll(/[:.]/g, "-");
  const file = path.resolve(clone.root, wanted ?? `.terrace/exports/${name}-${stamp}.jsonl.gz`);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const client = new DynamoDBClient({ ...settings });
  try {
    terminal.say(`Stopping ${writers.length} functions, so that the export is the last word.`);
    await stopWriters(settings, writers);
    const seconds = Math.max(0, ...writers.map(({ timeoutSeconds }) => timeoutSeconds));
    if (seconds > 0) terminal.say(`Waiting ${seconds} s for those that run.`);
    await pause(clock, seconds * 1000, signal);
    signal.throwIfAborted();
    const { name: world, domain } = partition(region);
    const place = { partition: world, region, account, suffix: domain };
    await exportTables(client, tables, { file, place, signal }, ({ table, items }) =>
      terminal.say(`  exported ${table}: ${items} items`),
    );
    const { items } = await checkExport(file);
    terminal.say(`${items} items are in ${file}, and were read back.`);
    if (fs.statSync(file).size > LARGEST_COPY) {
      terminal.warn(`${file} is too large to be copied into the state's bucket: keep it.`);
      return [file];
    }
    return [file, await ledger.keepExport(path.basename(file), fs.readFileSync(file))];
  } catch (error) {
    // Nothing is deleted yet, so the environment goes on as before.
    await startWriters(settings, writers);
    throw error;
  } finally {
    client.destroy();
  }
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
