import { Command } from "commander";
import { addDeployCommand } from "../../../../commands/deploy";
import { addDestroyCommand } from "../../../../commands/destroy";
import { addRestoreCommand } from "../../../../commands/restore";
import { addRollbackCommand } from "../../../../commands/rollback";
import { surroundingsOf } from "./surroundings";

// A command line in a process of its own, so that a test can kill it. TERRACE_LIFE describes the clone that it works on.
const around = surroundingsOf(JSON.parse(process.env.TERRACE_LIFE ?? "{}"), process);
const program = new Command("terrace");
addDeployCommand(program, around, async () => ({}));
addRollbackCommand(program, around);
addDestroyCommand(program, around);
addRestoreCommand(program, around);
void program.parseAsync(process.argv);
