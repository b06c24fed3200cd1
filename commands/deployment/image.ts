import { environments } from "../../environments";
import { PLACEHOLDER_ACCOUNT, withAccount } from "../../environments/account";
import { bases } from "../../image/bases";
import type { Context } from "../environment/context";
import { CommandError } from "../errors/command-error";
import { EXIT } from "../errors/exit-codes";
import { dockerVersion } from "../image/docker";
import { findImage, findImageElsewhere, hasImage, hasImageElsewhere, type Placed } from "../image/ecr";
import { progressLines } from "../image/progress-lines";
import { copyImage, type Providing, provideImage } from "../image/provide";
import { assembleInstead, type WantedImage, wantedImage } from "../image/wanted";

/** The image of a deployment. */
export interface Image {
  /** Its digest, unless Docker builds it in the deployment. */
  readonly digest?: string;
  /** Brings it into the environment's repository, which has to be there; not needed for one that Docker builds. */
  readonly provide?: () => Promise<void>;
  /** Gives what Docker built in the deployment a tag that it keeps. */
  readonly settle?: () => Promise<void>;
}

export interface ImageOptions {
  /** Whether Docker may build it. Nobody is asked for it where the image is assembled, or is in a registry. */
  readonly hasDocker?: () => boolean;
  readonly pinned?: typeof bases;
}

/**
 * Finds the image for what was built into `dist/api`: the one somebody named, or the one of the same content that is in
 * this environment's repository or another's. Where there is none, Docker builds it in the deployment, and without Docker
 * it is assembled. Nothing is changed.
 *
 * @throws CommandError if there is no image, no Docker, and no base to assemble it on.
 */
export async function imageFor(context: Context, options: ImageOptions = {}): Promise<Image> {
  const { hasDocker = () => dockerVersion() !== undefined, pinned = bases } = options;
  const { environment, clone, signal, terminal, variables } = context;
  const named = variables.TERRACE_IMAGE_DIGEST;
  if (named) return { digest: named };
  const wanted = wantedImage(environment, clone.root, pinned);
  const bring = (image: WantedImage) => async () => {
    await provideImage(providingIn(context), image);
  };
  if (wanted.assembled) return { digest: wanted.assembled.digest, provide: bring(wanted) };
  const own = await orWithoutRepository(findImage(environment, wanted.tag, signal));
  if (own !== undefined) return { digest: own, provide: bring(wanted) };
  for (const other of othersThan(context)) {
    const digest = await findImageElsewhere(other, wanted.tag, signal);
    if (digest !== undefined) return { digest, provide: bring(wanted) };
  }
  if (hasDocker()) return { settle: bring(wanted) };
  terminal.say("The image of these sources is in no repository, and is assembled without Docker.");
  const instead = await assembled(context, pinned);
  return { digest: instead.assembled.digest, provide: bring(instead) };
}

/** Finds the image for a plan that is applied on another machine: as `imageFor`, but Docker is no part of it. */
export function imageForElsewhere(context: Context, pinned = bases): Promise<Image> {
  return imageFor(context, { hasDocker: () => false, pinned });
}

/**
 * Finds the image that a kept plan names by its digest: in the environment's repository or another's, or assembled from
 * the same sources. Nothing is changed.
 *
 * @throws CommandError (refused) if it is nowhere, and these sources make another one.
 */
export async function keptImage(context: Context, digest: string, pinned = bases): Promise<Image> {
  const { environment, clone, signal } = context;
  if (await orWithoutRepository(hasImage(environment, digest, signal))) return { digest };
  for (const other of othersThan(context))
    if (await hasImageElsewhere(other, digest, signal))
      return {
        digest,
        provide: async () => {
          await copyImage(providingIn(context), other, { digest });
        },
      };
  const locked = wantedImage(environment, clone.root, pinned);
  const made = locked.assembled ? locked : await assembled(context, pinned);
  if (made.assembled?.digest === digest)
    return {
      digest,
      provide: async () => {
        await provideImage(providingIn(context), made);
      },
    };
  throw new CommandError({
    subject: "image",
    value: digest,
    mistake: `is in no repository, and these sources make ${made.assembled?.digest}`,
    remedy: "plan anew",
    exitCode: EXIT.refused,
  });
}

/** The repository is made by the deployment. */
async function orWithoutRepository<Answer>(asking: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await asking;
  } catch (error) {
    if (error instanceof CommandError) return undefined;
    throw error;
  }
}

async function assembled({ environment, clone, signal }: Context, pinned: typeof bases) {
  try {
    return await assembleInstead(environment, clone.root, { signal, pinned });
  } catch (error) {
    signal.throwIfAborted();
    throw new CommandError({
      subject: "image",
      mistake: `is in no repository, and its base cannot be had to assemble it (${error instanceof Error ? error.message : error})`,
      remedy:
        "run this where the base's registry can be reached, once `npx terrace image lock` to do without it, or name an image in TERRACE_IMAGE_DIGEST",
      cause: error,
    });
  }
}

function othersThan({ environment, variables }: Context): Placed[] {
  return everyEnvironment(variables).filter(
    ({ name, account }) => name !== environment.name && account !== PLACEHOLDER_ACCOUNT,
  );
}

function providingIn({ environment, caller, signal, terminal, variables }: Context): Providing {
  return {
    environment,
    all: everyEnvironment(variables),
    caller: caller.account,
    signal,
    watch: progressLines((line) => terminal.say(line)),
    // The deployment was agreed to, and this is a part of it.
    agree: async () => undefined,
  };
}

const everyEnvironment = (variables: Context["variables"]) =>
  withAccount(environments, variables.TERRACE_ACCOUNT_ID || undefined);
