import type { Command } from "commander";
import { diff, type FindImage } from "./deployment/deploy";
import { imageFor } from "./deployment/image";
import { contextOf, surroundings } from "./environment/context";
import { action, withCommonOptions } from "./terminal/command";

/** Adds `terrace diff`. */
export function addDiffCommand(program: Command, around = surroundings, findImage: FindImage = imageFor): void {
  const command = program
    .command("diff")
    .description("Says what a deployment of this checkout would change, and changes nothing")
    .argument("<environment>");
  withCommonOptions(command, { changes: false, attention: "there are differences" }).action(
    action(around.host, async (run, name: string) => diff(await contextOf(name, run, around), findImage)),
  );
}
