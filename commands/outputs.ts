import fs from "node:fs";
import { type Command, Option } from "commander";
import { contextOf, surroundings, synthesize } from "./environment/context";
import { CommandError } from "./errors/command-error";
import { EXIT } from "./errors/exit-codes";
import { asDotEnv, asTypeScript, type Outputs } from "./outputs/formats";
import { action, withCommonOptions } from "./terminal/command";
import { initialize, outputsOf } from "./terraform/stack";

interface OutputsOptions {
  readonly env?: boolean;
  readonly types?: string;
}

/** Adds `terrace outputs`. */
export function addOutputsCommand(program: Command, around = surroundings): void {
  const command = program
    .command("outputs")
    .description("Prints the addresses of an environment")
    .argument("<environment>")
    .option("--env", "print lines for a .env file")
    .addOption(new Option("--types <file>", "write them into a TypeScript file, for a client").conflicts("env"));
  withCommonOptions(command, { changes: false }).action(
    action(around.host, async (run, name: string, { env, types }: OutputsOptions) => {
      const context = await contextOf(name, run, around);
      const outputs: Record<string, string> = {};
      for (const stack of synthesize(context).stacks) {
        await initialize(stack, run.signal);
        for (const [key, value] of await outputsOf(stack, run.signal)) outputs[key] = String(value);
      }
      requireSome(outputs, name);
      if (types !== undefined) fs.writeFileSync(types, asTypeScript(name, outputs));
      const lines = Object.entries(outputs).map(([key, value]) => `${key} = ${value}`);
      const shown = types === undefined ? (env ? asDotEnv(outputs) : lines) : [`Wrote ${types}.`];
      run.terminal.finish(outputs, shown);
      return EXIT.done;
    }),
  );
}

function requireSome(outputs: Outputs, name: string): void {
  if (Object.keys(outputs).length > 0) return;
  throw new CommandError({
    subject: name,
    mistake: "has no outputs, so it is not deployed",
    remedy: `run \`terrace deploy ${name}\` first`,
  });
}
