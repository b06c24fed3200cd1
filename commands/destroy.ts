import type { Command } from "commander";
import { type DestroyOptions, destroy } from "./destruction/destroy";
import { contextOf, surroundings } from "./environment/context";
import { action, withCommonOptions } from "./terminal/command";

/** Adds `terrace destroy`. */
export function addDestroyCommand(program: Command, around = surroundings): void {
  const command = program
    .command("destroy")
    .description("Destroys an environment: stops its functions, exports its tables, and deletes everything, images too")
    .argument("<environment>")
    .option("--dry-run", "say what would be deleted, and change nothing")
    .option("--export <file>", "where to export the tables to; .terrace/exports/ unless given")
    .addHelpText(
      "after",
      "\nAn environment that is protected from deletion is refused. What was interrupted can be run again.",
    );
  withCommonOptions(command, { changes: true, attention: "--dry-run: this would be deleted" }).action(
    action(around.host, async (run, name: string, options: DestroyOptions) =>
      run.terminal.conclude(await destroy(await contextOf(name, run, around), options)),
    ),
  );
}
