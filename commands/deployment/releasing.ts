import { type Context, type Synthesized, synthesize } from "../environment/context";
import { CommandError } from "../errors/command-error";
import { EXIT, type ExitCode } from "../errors/exit-codes";
import { failures } from "../gate/checks";
import type { Sources } from "../programs/git";
import { packStacks } from "../releases/bundle";
import type { Ledger } from "../releases/ledger";
import { currentRelease, type Release, releaseBefore } from "../releases/release";
import { forgetTypes } from "../terraform/stack";
import { deployedImage } from "./deployed-image";
import type { Image } from "./image";
import type { ReviewedPlan } from "./planning";
import { carryOut, type Released } from "./release";
import { rollBack } from "./roll-back";

export interface ReleaseOptions {
  /** True asks the environment afterwards whether it works. */
  readonly gate: boolean;
  /** True goes back to the release before if it does not. */
  readonly rollbackOnFailure?: boolean;
}

/** Plans that the review lets pass, with the sources and the image that they are of. */
export interface Releasable {
  readonly sources: Sources;
  readonly prepared: Synthesized;
  readonly image: Image;
  readonly plans: readonly ReviewedPlan[];
  readonly ledger: Ledger;
  /** Everything that the ledger holds. */
  readonly releases: readonly Release[];
}

/**
 * Applies the plans as a release: asks, applies both stacks in order, writes the ledger and asks whether the environment
 * works. Nothing is done if nothing changes and this is deployed already.
 *
 * @throws CommandError (refused) if it was not confirmed, (unhealthy) if it does not work
 */
export async function makeRelease(
  context: Context,
  { sources, prepared, image, plans, ledger, releases }: Releasable,
  options: ReleaseOptions,
): Promise<ExitCode> {
  const { environment, terminal, signal } = context;
  const changes = plans.some((plan) => plan.changes);
  if (!changes && isDeployed(prepared, releases)) {
    const current = currentRelease(releases);
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
      const digest = await deployedImage(prepared, signal);
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
      // The environment does not work either way: that is the error, and the way back that failed is a warning.
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
