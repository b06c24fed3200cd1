import type { Command } from "commander";
import { contextOf, ledgerOf, surroundings, synthesize } from "./environment/context";
import { EXIT } from "./errors/exit-codes";
import { currentRelease, type Release } from "./releases/release";
import { action, withCommonOptions } from "./terminal/command";

/** Adds `terrace releases`. */
export function addReleasesCommand(program: Command, around = surroundings): void {
  const command = program
    .command("releases")
    .description("Lists what was deployed, when, by whom and how it ended; the newest first")
    .argument("<environment>");
  withCommonOptions(command, { changes: false }).action(
    action(around.host, async (run, name: string) => {
      const context = await contextOf(name, run, around);
      const releases = (await ledgerOf(context, synthesize(context)).all()).toReversed();
      const current = currentRelease(releases.toReversed())?.number;
      context.terminal.finish({ environment: name, current, releases }, lines(releases, current));
      return EXIT.done;
    }),
  );
}

function lines(releases: readonly Release[], current: number | undefined): string[] {
  if (releases.length === 0) return ["Nothing was deployed by these commands yet."];
  return releases.map(({ number, action, to, status, startedAt, by, commit, edited, stacks }) => {
    const sum = (key: "created" | "changed" | "replaced" | "destroyed") =>
      stacks.reduce((total, { counts }) => total + counts[key], 0);
    const what = to === undefined ? action : `${action} to ${to}`;
    const plan = `+${sum("created")} ~${sum("changed")} -/+${sum("replaced")} -${sum("destroyed")}`;
    const sources = `${commit.slice(0, 12)}${edited ? " (edited)" : ""}`;
    return `${number === current ? "*" : " "} ${number}  ${startedAt}  ${status}  ${what}  ${sources}  ${plan}  ${by}`;
  });
}
