import { markdown } from "../../review/report/markdown";
import { verdictLine } from "../../review/report/wording";
import { review } from "../../review/review";
import { deployedImage } from "../deployment/deployed-image";
import { type PlanningContext, type Synthesized, synthesize } from "../environment/context";
import { removePlanFile } from "../terraform/plan-files";
import { initialize, planStack } from "../terraform/stack";

/**
 * Looks for what was changed outside Terraform in the stacks of an environment.
 *
 * @returns the text about it; undefined if nothing was
 */
export async function driftOf(context: PlanningContext): Promise<string | undefined> {
  const { signal, terminal } = context;
  const texts: string[] = [];
  for (const stack of (await prepared(context)).stacks) {
    const { file, plan } = await planStack(stack, { refreshOnly: true, signal });
    removePlanFile(file);
    const found = review(plan);
    terminal.say(`${stack.name}: ${verdictLine(found)}`);
    if (found.verdict !== "nothing") texts.push(markdown(found, { stack: stack.name }));
  }
  return texts.length > 0 ? texts.join("\n") : undefined;
}

/** Initializes the stacks with the image that the environment runs: no image is made to look, and no Docker is asked. */
async function prepared(context: PlanningContext): Promise<Synthesized> {
  const first = synthesize(context);
  for (const stack of first.stacks) await initialize(stack, context.signal);
  const digest = await deployedImage(first, context.signal);
  return digest === undefined ? first : synthesize(context, digest);
}
