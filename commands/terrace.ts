import { Command, CommanderError } from "commander";
import { addDataCommand } from "./data";

const program = new Command("terrace")
  .description("Commands of Terrace")
  .showHelpAfterError()
  .exitOverride()
  .configureHelp({ sortSubcommands: true });
addDataCommand(program);

try {
  await program.parseAsync(process.argv);
} catch (error) {
  // The parser has said what was wrong, and asks for 0 after --help.
  if (error instanceof CommanderError) process.exitCode = error.exitCode;
  else {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
