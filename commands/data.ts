import fs from "node:fs";
import path from "node:path";
import { type Command, Option } from "commander";
import { development } from "../environments/development";
import { stackNames } from "../environments/names";
import { finishReplacement, keptFolders } from "../local/data/folders";
import { replaceTables } from "../local/data/replacement";
import { existingSnapshot, snapshotFile, snapshotsIn } from "../local/data/snapshots";
import { type Arrival, exportTables, importTables } from "../local/data/transfer";
import { readDefinition } from "../local/definition/definition";
import { type Clock, systemClock } from "../local/shared/clock";
import { StartError } from "../local/shared/errors";
import { DEFINITION, here } from "./clone/stacks";
import { targetsIn } from "./tables/targets";

export interface DataCommandSettings {
  /** The project's folder. */
  readonly root: string;
  readonly clock: Clock;
  readonly print: (line: string) => void;
  /** The file of the stack that the local cloud plays, synthesized. */
  readonly definition: () => string;
}

/** Adds `terrace data`, which keeps, replaces and hands on the tables of the local cloud while none is running. */
export function addDataCommand(
  program: Command,
  { root, clock, print, definition }: DataCommandSettings = {
    root: process.cwd(),
    clock: systemClock,
    print: console.log,
    definition: developmentStack,
  },
): void {
  const data = program
    .command("data")
    .description("Keeps, replaces and hands on the tables of the local cloud, while it is stopped")
    .addOption(
      new Option("--data <folder>", "the data folder")
        .env("TERRACE_DATA")
        .default(path.join(root, ".terrace/development"), ".terrace/development"),
    )
    .addHelpText("after", "\nKeys and logs stay where they are, and are in no export.");
  const snapshots = path.join(root, ".terrace/snapshots");
  const folder = () => path.resolve(root, String(data.opts().data));
  /** Shortens a path in the project's folder. */
  const short = (file: string) => (file.startsWith(root + path.sep) ? path.relative(root, file) : file);
  const kept = (old: string | undefined) => (old === undefined ? "" : ` The tables before are kept in ${short(old)}.`);

  data
    .command("export")
    .description("Writes all tables and items into one file, which can be attached to a bug report")
    .argument("<file>", "such as bug.jsonl.gz; it must not exist")
    .action(async (file: string) => {
      const { tables, items } = await exportTables(folder(), file, clock);
      print(`Exported ${tables} tables with ${items} items into ${file}.`);
    });
  data
    .command("import")
    .description("Replaces all tables by those of an export, and keeps the old ones beside")
    .argument("<file>", "what export wrote, or `terrace destroy` of any environment")
    .action(async (file: string) => {
      const { tables, items, kept: old } = await importTables(folder(), file, clock, arrivalIn(definition()));
      print(`Imported ${tables} tables with ${items} items.${kept(old)}`);
    });
  data
    .command("reset")
    .description("Lets the next start begin with empty tables, and keeps the old ones beside")
    .action(async () => {
      finishReplacement(folder());
      const old = await replaceTables(folder(), clock);
      if (old === undefined) throw new StartError(`There are no tables in ${folder()}: nothing is to be reset.`);
      print(`The next start begins with empty tables.${kept(old)}`);
    });
  data
    .command("snapshot")
    .description("Keeps a copy of all tables under a name")
    .argument("<name>")
    .action(async (name: string) => {
      const file = snapshotFile(snapshots, name);
      if (fs.existsSync(file)) throw new StartError(`There is a snapshot "${name}" already: choose another name.`);
      fs.mkdirSync(snapshots, { recursive: true });
      const { tables, items } = await exportTables(folder(), file, clock);
      print(`Snapshot ${name} has ${tables} tables with ${items} items.`);
    });
  data
    .command("restore")
    .description("Replaces all tables by those of a snapshot, and keeps the old ones beside")
    .argument("<name>")
    .action(async (name: string) => {
      const { tables, items, kept: old } = await importTables(folder(), existingSnapshot(snapshots, name), clock);
      print(`Restored ${name}: ${tables} tables with ${items} items.${kept(old)}`);
    });
  data
    .command("list")
    .description("Lists the snapshots, and the tables that were kept when others took their place")
    .action(() => {
      const found = snapshotsIn(snapshots).map(
        ({ name, takenAt, bytes }) => `${name}  ${new Date(takenAt).toISOString()}  ${bytes} bytes`,
      );
      const old = keptFolders(folder()).map(short);
      for (const line of [...found, ...old]) print(line);
      if (found.length + old.length === 0) print("There are no snapshots.");
    });
}

/** Returns what tables of elsewhere become where a stack is played: `blogapp-staging-posts` is development's there. */
function arrivalIn(file: string): Arrival {
  const text = fs.readFileSync(file, "utf8");
  const target = targetsIn(development, [JSON.parse(text)]);
  return { place: readDefinition(text, file).place, rename: (table) => target(table) ?? table };
}

/** Returns the file of the stack that `npm start` plays, and makes it in a clone that was never started. */
function developmentStack(): string {
  const file = path.join(here.root, "cdktf.out/stacks", stackNames(development).application, DEFINITION);
  if (!fs.existsSync(file)) here.synthesize();
  return file;
}
