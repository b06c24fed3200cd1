import type { Command } from "commander";
import { contextOf, surroundings, synthesize } from "./environment/context";
import { EXIT } from "./errors/exit-codes";
import { addressesOf, checkOnce, showChecks } from "./gate/gate";
import { action, withCommonOptions } from "./terminal/command";
import { initialize } from "./terraform/stack";

/** Adds `terrace health`. */
export function addHealthCommand(program: Command, around = surroundings): void {
  const command = program
    .command("health")
    .description("Asks an environment whether it works: health, connect, echo, comment, receive")
    .argument("<environment>")
    .addHelpText("after", "\nWho is connected receives one message of the type test. Exit code 2: a part was not run.");
  withCommonOptions(command, { changes: false, attention: "a part could not be asked", gate: true }).action(
    action(around.host, async (run, name: string) => {
      const context = await contextOf(name, run, around);
      const prepared = synthesize(context);
      for (const stack of prepared.stacks.slice(-1)) await initialize(stack, run.signal);
      const checks = await checkOnce(context, await addressesOf(context, prepared));
      if (!run.terminal.json) showChecks(context, checks);
      const states = checks.map(({ state }) => state);
      const healthy = states.every((state) => state === "passed");
      run.terminal.finish({ environment: name, healthy, checks });
      if (states.includes("failed")) return EXIT.unhealthy;
      return healthy ? EXIT.done : EXIT.attention;
    }),
  );
}
