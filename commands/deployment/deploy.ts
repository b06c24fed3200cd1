import { type Context, ledgerOf, requireUnlocked, type Synthesized, synthesize } from "../environment/context";
import { CommandError } from "../errors/command-error";
import { EXIT, type ExitCode } from "../errors/exit-codes";
import { failures } from "../gate/checks";
import { requireNewer, sourcesOf } from "../releases/ancestry";
import { packStacks } from "../releases/bundle";
import { deployedResources } from "../releases/deployed";
import { currentRelease, type Release, releaseBefore } from "../releases/release";
import { forgetTypes, stateOf } from "../terraform/stack";
import { deployedDigest, type Image } from "./image";
import { planJson, planStacks, requireNoStops, showPlans, stops } from "./planning";
import { carryOut, type Released } from "./release";
import { rollBack } from "./roll-back";

export interface DeployOptions {
  /** Deploy although the checkout is older than, or not based on, what is deployed. */
  readonly older?: boolean;
  /** Ask the environment afterwards whether it works. */
  readonly gate: boolean;
  /** Go back to the release before if it does not. */
  readonly rollbackOnFailure?: boolean;
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
  const { environment, clone, terminal, signal } = context;
  const sources = sourcesOf(clone.root);
  const { prepared, image } = await prepare(context, findImage);
  const ledger = ledgerOf(context, prepared);
  const releases = await ledger.all();
  const current = currentRelease(releases);
  if (!options.older) requireNewer(clone.root, sources, current);
  await requireUnlocked(context, prepared);
  const plans = await planStacks(context, prepared);
  showPlans(context, plans);
  requireNoStops(context, plans, await deployedResources(ledger, releases));
  const changes = plans.some((plan) => plan.changes);
  if (!changes && isDeployed(prepared, releases)) {
    terminal.finish({ environment: environment.name, deployed: false, release: current }, [
      `${environment.name} is deployed already, as release ${current?.number}.`,
    ]);
    return EXIT.done;
  }
  if (changes) await terminal.confirm({ action: "deploy these changes", environment }, signal);
  else terminal.say("Everything is applied already, by a deployment that did not come to its end.");
  const { release, checks } = await carryOut(context, ledger, {
    action: "deploy",
    ...sources,
    to: undefined,
    plans,
    synthesized: prepared,
    gate: options.gate,
    beforeApplying: async (stack) => {
      if (stack === environment.name) await image.provide?.();
    },
    keep: async () => {
      await image.settle?.();
      // Docker's part ended with the push. Kept in the state, it would make every other machine plan to build again.
      for (const stack of prepared.stacks) await forgetTypes(stack, ["docker_image", "docker_registry_image"], signal);
      const digest = await imageOf(prepared, signal);
      // With the digest, the same can be applied again without building anything.
      const { stacks } = digest === undefined ? prepared : synthesize(context, digest);
      return { image: digest, bundle: await ledger.keep(packStacks(stacks)) };
    },
  });
  if (release.status === "deployed") {
    terminal.finish({ environment: environment.name, deployed: true, release, checks }, [
      terminal.styled("good", `${environment.name} is deployed: release ${release.number}.`),
    ]);
    return EXIT.done;
  }
  const before = releaseBefore(releases, release);
  const failed = doesNotWork(context, { release, checks }, before);
  if (!options.rollbackOnFailure || !before) throw failed;
  terminal.warn(
    `Release ${release.number} does not work: ${failures(checks)}. Going back to release ${before.number}.`,
  );
  const back = await rollBack(context, { number: before.number, gate: true, confirmed: true }).catch(
    (error: unknown) => {
      // What is there now does not work either way, and why it could not go back is the smaller news.
      terminal.warn(`It did not go back: ${error instanceof Error ? error.message : error}`);
      throw failed;
    },
  );
  return terminal.conclude({
    ...back,
    exitCode: EXIT.unhealthy,
    value: { ...back.value, failed: { release, checks } },
  });
}

/** Makes the error for a release that was applied and does not work; it names the one to go back to, if there is one. */
function doesNotWork(
  { environment }: Context,
  { release, checks }: Released,
  before: Release | undefined,
): CommandError {
  const { name } = environment;
  const back = before
    ? `go back with \`terrace rollback ${name} ${before.number}\``
    : "correct it and deploy again: there is no release before it that worked, to go back to";
  return new CommandError({
    subject: name,
    mistake: `is deployed (release ${release.number}) and does not work: ${failures(checks)}`,
    remedy: `look with \`terrace logs ${name}\`, or ${back}`,
    exitCode: EXIT.unhealthy,
  });
}

/** Tells whether the last thing that happened is that these very definitions were deployed. */
function isDeployed({ stacks }: Synthesized, releases: readonly Release[]): boolean {
  const last = releases.at(-1);
  if (last?.status !== "deployed") return false;
  // The definitions differ by how the image gets there, once it was built; the plan has said that nothing changes.
  return stacks.every(({ name }) => last.stacks.some((stack) => stack.name === name));
}

async function imageOf({ stacks }: Synthesized, signal: AbortSignal): Promise<string | undefined> {
  for (const stack of stacks) {
    const digest = deployedDigest(await stateOf(stack, signal));
    if (digest !== undefined) return digest;
  }
  return undefined;
}

/** Synthesizes the stacks, with the image that is there already if there is one. */
async function prepare(
  context: Context,
  findImage: FindImage,
): Promise<{ readonly prepared: Synthesized; readonly image: Image }> {
  // The image is looked for by its content, which has to be built for that.
  const prepared = synthesize(context);
  const image = await findImage(context);
  const again = image.digest !== undefined && image.digest !== context.variables.TERRACE_IMAGE_DIGEST;
  return { prepared: again ? synthesize(context, image.digest) : prepared, image };
}
