import { CommanderError } from "commander";
import { EXIT } from "./errors/exit-codes";
import { terrace } from "./program";

try {
  await terrace().parseAsync(process.argv);
} catch (error) {
  // The parser has said what was wrong, and asks for 0 after --help.
  if (error instanceof CommanderError) process.exitCode = error.exitCode;
  else {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = EXIT.failed;
  }
}
