import path from "node:path";
import type { Accepted } from "../../review/accepted";
import { planFromSynths } from "../../review/plan/from-synths";
import { review } from "../../review/review";
import { readDefinition, type Stack } from "../clone/stacks";
import { CommandError } from "../errors/command-error";
import type { Reviewed } from "./reviewed";

/**
 * Compares a synthesized stack with the one of the code before the change.
 *
 * @param before - a cdktf.out of that code
 * @throws CommandError if there is no such stack
 */
export function compareStack(
  { name, folder }: Stack,
  before: string | undefined,
  accepted: readonly Accepted[],
): Reviewed {
  const old = before === undefined ? undefined : readDefinition(path.join(before, "stacks", name));
  if (old === undefined)
    throw new CommandError({
      subject: "--before",
      value: before,
      mistake: before === undefined ? "was not given, and --no-plan needs it" : `holds no stack ${name}`,
      remedy: "name a cdktf.out that `npm run synth` wrote from the code before the change",
    });
  const plan = planFromSynths(old, readDefinition(folder));
  return {
    subject: { stack: name },
    review: review(plan, { accepted: accepted.filter(({ stack }) => stack === name) }),
  };
}
