import type { Command } from "commander";
import { type DeployOptions, deploy, type FindImage } from "./deployment/deploy";
import { imageFor } from "./deployment/image";
import { contextOf, surroundings } from "./environment/context";
import { action, withCommonOptions } from "./terminal/command";

/** Adds `terrace deploy`. */
export function addDeployCommand(program: Command, around = surroundings, findImage: FindImage = imageFor): void {
  const command = program
    .command("deploy")
    .description("Deploys this checkout: plans, reviews, asks, applies both stacks in order, and asks whether it works")
    .argument("<environment>")
    .option("--older", "deploy although the checkout is older than what is deployed, or not based on it")
    .option("--no-gate", "do not ask the environment afterwards whether it works")
    .option("--rollback-on-failure", "go back to the release before, if it does not")
    .addHelpText("after", "\nWhat was interrupted goes on where it stopped when it is run again.");
  withCommonOptions(command, { changes: true, gate: true }).action(
    action(around.host, async (run, name: string, options: DeployOptions) =>
      deploy(await contextOf(name, run, around), options, findImage),
    ),
  );
}
