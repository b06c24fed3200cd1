import path from "node:path";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { Command } from "commander";
import { readDefinition } from "./clone/stacks";
import { type Context, contextOf, surroundings, synthesize } from "./environment/context";
import { EXIT, type ExitCode } from "./errors/exit-codes";
import { checkExport } from "./tables/export";
import { fetchExport, isInBucket } from "./tables/fetch-export";
import { checkTargets, restoreTables } from "./tables/restore";
import { targetsIn } from "./tables/targets";
import { action, withCommonOptions } from "./terminal/command";

interface RestoreOptions {
  readonly overwrite?: boolean;
}

/** Adds `terrace restore`. */
export function addRestoreCommand(program: Command, around = surroundings): void {
  const command = program
    .command("restore")
    .description("Writes the items of an export into the tables of an environment, which has to be deployed")
    .argument("<environment>")
    .argument("<file>", "what `terrace destroy` or `npm run data -- export` wrote, of any environment; also s3://…")
    .option("--overwrite", "write over items that are there; they are kept otherwise")
    .addHelpText(
      "after",
      "\nWhat was interrupted can be run again. Whoever is connected hears of every item as of a new one.",
    );
  withCommonOptions(command, { changes: true }).action(
    action(around.host, async (run, name: string, file: string, options: RestoreOptions) =>
      restore(await contextOf(name, run, around), file, options),
    ),
  );
}

async function restore(context: Context, named: string, { overwrite = false }: RestoreOptions): Promise<ExitCode> {
  const { environment, settings, clock, clone, terminal, signal } = context;
  const file = isInBucket(named)
    ? await fetchExport(settings, named, path.join(clone.root, ".terrace/exports"), signal)
    : path.resolve(named);
  const client = new DynamoDBClient({ ...settings });
  const stacks = synthesize(context).stacks.map(({ folder }) => readDefinition(folder));
  const target = targetsIn(environment, stacks);
  try {
    const { items, tables } = await checkExport(file);
    const found = await checkTargets(client, file, { target, signal });
    for (const { from, into } of found)
      terminal.say(`  ${from} -> ${into ?? "left out: the environment has no such table"}`);
    const how = overwrite ? "writing over what is there" : "keeping what is there";
    await terminal.confirm({ action: `write ${items} items of ${tables} tables, ${how}`, environment }, signal);
    const restored = await restoreTables(client, file, { target, overwrite, now: clock.now(), signal });
    const lines = restored.map(
      ({ table, written, kept, expired }) => `  ${table}: ${written} written, ${kept} kept, ${expired} expired`,
    );
    terminal.finish({ environment: environment.name, restored }, lines);
    return EXIT.done;
  } finally {
    client.destroy();
  }
}
