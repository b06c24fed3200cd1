import { setTimeout as sleep } from "node:timers/promises";
import { Command, CommanderError } from "commander";
import { bases } from "../image/bases";
import { addBootstrapCommand } from "./bootstrap";
import { addCiCommands } from "./ci";
import { addDataCommand } from "./data";
import { addDeployCommand } from "./deploy";
import { addDestroyCommand } from "./destroy";
import { addDiffCommand } from "./diff";
import { addDoctorCommand } from "./doctor";
import { thisMachine } from "./doctor/machine";
import { surroundings } from "./environment/context";
import { EXIT } from "./errors/exit-codes";
import { withoutSecrets } from "./errors/secrets";
import { addHealthCommand } from "./health";
import { addImageCommand } from "./image";
import { addLockCommand } from "./lock";
import { addLogsCommand } from "./logs";
import { addOutputsCommand } from "./outputs";
import { addPreviewCommand } from "./preview";
import { addReleasesCommand } from "./releases";
import { addRestoreCommand } from "./restore";
import { addReviewCommand } from "./review";
import { addRollbackCommand } from "./rollback";
import { Terminal } from "./terminal/terminal";

/** Returns `terrace` with every command. */
export function terrace(around = surroundings): Command {
  const { host, clone, clock } = around;
  const { root } = clone;
  const program = new Command("terrace")
    .description("Commands of Terrace")
    .addHelpText("after", "\n`terrace <command> --help` says what a command does and which exit codes it has.")
    .showHelpAfterError()
    .exitOverride()
    .configureHelp({ sortSubcommands: true })
    .configureOutput({
      writeOut: (text) => host.stdout.write(text),
      // Commander repeats what was typed, which may hold a secret.
      writeErr: (text) => host.stderr.write(withoutSecrets(text, host.env)),
    });
  addBootstrapCommand(program, {
    ...around,
    wait: (milliseconds, signal) => sleep(milliseconds, undefined, { signal }),
  });
  addDoctorCommand(program, { host, machine: thisMachine(root), now: clock.now });
  addLockCommand(program, around);
  addReviewCommand(program, around);
  addCiCommands(program, around);
  addDataCommand(program, { root, clock, host });
  addImageCommand(program, { host, root, bases });
  addDiffCommand(program, around);
  addDeployCommand(program, around);
  addReleasesCommand(program, around);
  addRollbackCommand(program, around);
  addDestroyCommand(program, around);
  addRestoreCommand(program, around);
  addOutputsCommand(program, around);
  addPreviewCommand(program, around);
  addHealthCommand(program, around);
  addLogsCommand(program, around);
  return program;
}

/** Runs a command line, and sets the host's exit code. With `--json`, what was called wrongly is a document too. */
export async function runTerrace(words: readonly string[], around = surroundings): Promise<void> {
  const { host } = around;
  try {
    await terrace(around).parseAsync(words, { from: "user" });
  } catch (error) {
    const parsed = error instanceof CommanderError;
    // The parser asks for 0 after --help, and has said what was wrong otherwise.
    host.exitCode = parsed && error.exitCode === 0 ? EXIT.done : EXIT.failed;
    const terminal = new Terminal(host, { json: words.includes("--json") });
    if (!parsed) terminal.fail(error);
    else if (terminal.json && host.exitCode === EXIT.failed)
      terminal.finish({ error: { message: error.message.replace(/^error: /, "") } });
  }
}
