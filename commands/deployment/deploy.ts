import {
  type Context,
  definitionOf,
  ledgerOf,
  requireUnlocked,
  type Synthesized,
  synthesize,
} from "../environment/context";
import { EXIT, type ExitCode } from "../errors/exit-codes";
import { requireNewer } from "../releases/ancestry";
import { deployedResources } from "../releases/deployed";
import { currentRelease } from "../releases/release";
import type { Image } from "./image";
import { planJson, planStacks, requireNoStops, showPlans, stops } from "./planning";
import { makeRelease, type ReleaseOptions } from "./releasing";

export interface DeployOptions extends ReleaseOptions {
  /** Deploy although the checkout is older than, or not based on, what is deployed. */
  readonly older?: boolean;
}

/** Finds the image of what was built. */
export type FindImage = (context: Context) => Promise<Image>;

/** Plans what a deployment would change, and changes nothing. */
export async function diff(context: Context, findImage: FindImage): Promise<ExitCode> {
  const { prepared } = await prepare(context, findImage);
  await requireUnlocked(context, prepared);
  const plans = await planStacks(context, prepared);
  showPlans(context, plans);
  const exitCode = plans.some(stops) ? EXIT.refused : plans.some(({ changes }) => changes) ? EXIT.attention : EXIT.done;
  const { name } = context.environment;
  context.terminal.finish({ environment: name, stacks: plans.map(planJson) }, [
    exitCode === EXIT.done
      ? `${name} is as this checkout says.`
      : `\`terrace deploy ${name}\` would make these changes.`,
  ]);
  return exitCode;
}

/**
 * Deploys an environment: both stacks in order, written into the ledger, and asked whether it works.
 *
 * @throws CommandError (refused) if the checkout is older than what is deployed, somebody holds a lock, the review
 * stops the plan, or it was not confirmed
 */
export async function deploy(context: Context, options: DeployOptions, findImage: FindImage): Promise<ExitCode> {
  const { clone } = context;
  const sources = clone.history.sources();
  const { prepared, image } = await prepare(context, findImage);
  const ledger = ledgerOf(context, prepared);
  const releases = await ledger.all();
  if (!options.older) requireNewer(clone.history, sources, currentRelease(releases));
  await requireUnlocked(context, prepared);
  const plans = await planStacks(context, prepared);
  showPlans(context, plans);
  requireNoStops(context, plans, await deployedResources(ledger, releases));
  return makeRelease(context, { sources, prepared, image, plans, ledger, releases }, options);
}

/** Synthesizes the stacks of a checkout with its image: by its digest, unless Docker builds it in the deployment. */
export async function prepare(
  context: Context,
  findImage: FindImage,
): Promise<{ readonly prepared: Synthesized; readonly image: Image }> {
  // The image is looked for by its content, which has to be built for that.
  const prepared = synthesize(context);
  const image = await findImage(context);
  const { digest } = image;
  const isSaid = digest === undefined || prepared.stacks.some((stack) => definitionOf(stack).includes(`@${digest}`));
  return { prepared: isSaid ? prepared : synthesize(context, digest), image };
}
