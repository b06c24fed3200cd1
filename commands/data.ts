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
import type { Clock } from "../local/shared/clock";
import { DEFINITION, here } from "./clone/stacks";
import { CommandError } from "./errors/command-error";
import { EXIT } from "./errors/exit-codes";
import { targetsIn } from "./tables/targets";
import { action, withCommonOptions } from "./terminal/command";
import type { Host } from "./terminal/terminal";

export interface DataCommandSettings {
  /** The project's folder. */
  readonly root: string;
  readonly clock: Clock;
  readonly host: Host;
  /** Returns the file of the stack that the local cloud plays. @default - development's, synthesized if it never was */
  readonly definition?: () => string;
}

/** What a step did: for programs, and as lines for a person. */
interface Done {
  readonly lines: readonly string[];
  readonly [fact: string]: unknown;
}

/** Adds `terrace data`, which keeps, replaces and hands on the tables of the local cloud while none is running. */
export function addDataCommand(
  program: Command,
  { root, clock, host, definition = developmentStack }: DataCommandSettings,
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
  /** Adds a step of one argument at most. */
  const step = (words: string, description: string, work: (argument: string) => Promise<Done>) =>
    withCommonOptions(data.command(words).description(description), { changes: false, refuses: false }).action(
      action(host, async ({ terminal }, first: unknown) => {
        const { lines, ...facts } = await work(String(first));
        terminal.finish(facts, lines);
        return EXIT.done;
      }),
    );

  step(
    "export <file>",
    "Writes all tables and items into one file, such as bug.jsonl.gz, to attach to a bug report",
    async (file) => {
      const { tables, items } = await exportTables(folder(), file, clock);
      return { file, tables, items, lines: [`Exported ${tables} tables with ${items} items into ${file}.`] };
    },
  );
  step(
    "import <file>",
    "Replaces all tables by those of an export, also one of `terrace destroy`, and keeps the old ones beside",
    async (file) => {
      const { tables, items, kept: old } = await importTables(folder(), file, clock, arrivalIn(definition()));
      return { tables, items, kept: old, lines: [`Imported ${tables} tables with ${items} items.${kept(old)}`] };
    },
  );
  step("reset", "Lets the next start begin with empty tables, and keeps the old ones beside", async () => {
    finishReplacement(folder());
    const old = await replaceTables(folder(), clock);
    if (old === undefined) throw noTables(folder());
    return { kept: old, lines: [`The next start begins with empty tables.${kept(old)}`] };
  });
  step("snapshot <name>", "Keeps a copy of all tables under a name", async (name) => {
    const file = snapshotFile(snapshots, name);
    if (fs.existsSync(file))
      throw new CommandError({
        subject: "snapshot",
        value: name,
        mistake: "is there already",
        remedy: "choose another name",
      });
    fs.mkdirSync(snapshots, { recursive: true });
    const { tables, items } = await exportTables(folder(), file, clock);
    return { name, tables, items, lines: [`Snapshot ${name} has ${tables} tables with ${items} items.`] };
  });
  step("restore <name>", "Replaces all tables by those of a snapshot, and keeps the old ones beside", async (name) => {
    const { tables, items, kept: old } = await importTables(folder(), existingSnapshot(snapshots, name), clock);
    return {
      ...{ name, tables, items, kept: old },
      lines: [`Restored ${name}: ${tables} tables with ${items} items.${kept(old)}`],
    };
  });
  step("list", "Lists the snapshots, and the tables that were kept when others took their place", async () => {
    const found = snapshotsIn(snapshots).map(({ name, takenAt, bytes }) => ({
      name,
      takenAt: new Date(takenAt).toISOString(),
      bytes,
    }));
    const old = keptFolders(folder()).map(short);
    const lines = [...found.map(({ name, takenAt, bytes }) => `${name}  ${takenAt}  ${bytes} bytes`), ...old];
    return { snapshots: found, kept: old, lines: lines.length > 0 ? lines : ["There are no snapshots."] };
  });
}

function noTables(folder: string): CommandError {
  return new CommandError({
    subject: "data folder",
    value: folder,
    mistake: "has no tables: nothing is to be reset",
    remedy: "run `npm start` once, or name another folder with --data",
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
