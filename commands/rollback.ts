import { type Command, InvalidArgumentError } from "commander";
import { rollBack } from "./deployment/roll-back";
import { contextOf, surroundings } from "./environment/context";
import { action, withCommonOptions } from "./terminal/command";

/** Adds `terrace rollback`. */
export function addRollbackCommand(program: Command, around = surroundings): void {
  const command = program
    .command("rollback")
    .description("Goes back to a release exactly as it was deployed, whatever is checked out")
    .argument("<environment>")
    .argument(
      "[release]",
      "its number in `terrace releases`; the last one before the present one unless given",
      releaseNumber,
    )
    .option("--no-gate", "do not ask the environment afterwards whether it works")
    .addHelpText("after", "\nTables are not turned back: old code meets the rows that newer code wrote.");
  withCommonOptions(command, { changes: true, gate: true }).action(
    action(around.host, async (run, name: string, number: number | undefined, { gate }: { readonly gate: boolean }) =>
      run.terminal.conclude(await rollBack(await contextOf(name, run, around), { number, gate })),
    ),
  );
}

function releaseNumber(text: string): number {
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw new InvalidArgumentError("A release is a whole number from 1.");
}
