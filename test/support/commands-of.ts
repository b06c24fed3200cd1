import type { Command } from "commander";

/** A command that does something, and the words that call it: `image push`. */
export interface Called {
  readonly words: string;
  readonly command: Command;
}

/** Returns every command below one that does something itself. */
export function commandsOf(program: Command, before = ""): Called[] {
  return program.commands.flatMap((command) => {
    const words = `${before}${command.name()}`;
    const below = commandsOf(command, `${words} `);
    return below.length > 0 ? below : [{ words, command }];
  });
}
