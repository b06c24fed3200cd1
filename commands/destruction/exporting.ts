import fs from "node:fs";
import path from "node:path";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { partition } from "../../environments/region";
import type { Context } from "../environment/context";
import { pause } from "../environment/pause";
import type { Ledger } from "../releases/ledger";
import { checkExport, exportTables } from "../tables/export";
import type { Contents } from "./contents";
import { startWriters, stopWriters } from "./writers";

/**
 * Stops what writes and exports every table, to a file and to the state's bucket. If that fails, what was stopped runs
 * again.
 *
 * @param wanted - the file; one in `.terrace/exports/` with the time in its name unless given
 * @returns both places; none if there is no table
 */
export async function exportAll(
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
    return [file, await ledger.keepExport(file, signal)];
  } catch (error) {
    // Nothing is deleted yet, so the environment goes on as before.
    await startWriters(settings, writers);
    throw error;
  } finally {
    client.destroy();
  }
}
