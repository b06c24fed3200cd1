import { Command } from "commander";
import { addBootstrapCommand } from "./bootstrap";
import { addCiCommands } from "./ci";
import { addDataCommand } from "./data";
import { addDeployCommand } from "./deploy";
import { addDestroyCommand } from "./destroy";
import { addDiffCommand } from "./diff";
import { addDoctorCommand } from "./doctor";
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

/** Returns `terrace` with every command. */
export function terrace(): Command {
  const program = new Command("terrace")
    .description("Commands of Terrace")
    .showHelpAfterError()
    .exitOverride()
    .configureHelp({ sortSubcommands: true });
  addBootstrapCommand(program);
  addDoctorCommand(program);
  addLockCommand(program);
  addReviewCommand(program);
  addCiCommands(program);
  addDataCommand(program);
  addImageCommand(program);
  addDiffCommand(program);
  addDeployCommand(program);
  addReleasesCommand(program);
  addRollbackCommand(program);
  addDestroyCommand(program);
  addRestoreCommand(program);
  addOutputsCommand(program);
  addPreviewCommand(program);
  addHealthCommand(program);
  addLogsCommand(program);
  return program;
}
