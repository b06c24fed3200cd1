import { Command, CommanderError } from "commander";
import { EXIT_CODES } from "../review/exit-code";
import { addBootstrapCommand } from "./bootstrap";
import { addCiCommands } from "./ci";
import { addDataCommand } from "./data";
import { addReviewCommand } from "./review";

const program = new Command("terrace")
  .description("Commands of Terrace")
  .showHelpAfterError()
  .exitOverride()
  .configureHelp({ sortSubcommands: true });
addBootstrapCommand(program);
addReviewCommand(program);
addCiCommands(program);
addDataCommand(program);

try {
  await program.parseAsync(process.argv);
} catch (error) {
  // The parser has said what was wrong, and asks for 0 after --help.
  if (error instanceof CommanderError) process.exitCode = error.exitCode;
  else {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = EXIT_CODES.failed;
  }
}
