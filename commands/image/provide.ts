import { PLACEHOLDER_ACCOUNT } from "../../environments/account";
import { repositoryName } from "../../environments/names";
import { digestTag } from "../../image/tags";
import { findImage, findImageElsewhere, openRegistry, type Placed } from "./ecr";
import { sendAssembled, sendCopy, type Target, tagImage, type Watch } from "./send";
import type { WantedImage } from "./wanted";

export interface Providing {
  readonly environment: Placed;
  /** Every environment there is: their repositories may have the image, or layers of it. */
  readonly all: readonly Placed[];
  /** The account that the credentials are of. */
  readonly caller: string;
  readonly signal?: AbortSignal | undefined;
  readonly watch: Watch;
  /** Asks before anything is changed, and throws to refuse. */
  readonly agree: (action: string) => Promise<void>;
}

/** The image that an environment's repository has now, and how it came there. */
export interface Provided {
  readonly digest: string;
  readonly outcome: "there" | "pushed" | "copied";
  /** The environment whose repository had it, if it was copied. */
  readonly from?: string;
}

/**
 * Makes sure that an environment's repository has the image of the sources: assembles and pushes it, or copies what
 * Docker built for another environment. Whatever was cut off is completed by doing it again.
 *
 * @returns undefined if Docker has to build it, which Terraform has it do in a deployment without a digest.
 * @throws CommandError if the environment has no repository yet.
 */
export async function provideImage(providing: Providing, wanted: WantedImage): Promise<Provided | undefined> {
  const { environment, signal, watch, agree } = providing;
  const found = await findImage(environment, wanted.tag, signal);
  if (found !== undefined) {
    // Docker's next build of the same content takes the tag away, and what has none cannot be found for a rollback.
    if (wanted.way === "docker") await tagImage(found, await targetOf(providing));
    if (wanted.contentTag !== undefined) await tagImage(found, await targetOf(providing), wanted.contentTag);
    return { digest: found, outcome: "there" };
  }
  if (wanted.assembled) {
    await agree(`push the image ${wanted.assembled.digest}`);
    const { digest } = wanted.assembled;
    const target = await targetOf(providing);
    await sendAssembled(wanted.assembled, target, { signal, watch });
    if (wanted.contentTag !== undefined) await tagImage(digest, target, wanted.contentTag);
    return { digest, outcome: "pushed" };
  }
  for (const other of othersOf(providing)) {
    const digest = await findImageElsewhere(other, wanted.tag, signal);
    if (digest !== undefined) return copyImage(providing, other, { digest, tag: wanted.tag });
  }
  return undefined;
}

/**
 * Makes sure that an environment's repository has an image that another environment's has, which is how an image that was
 * proven in one gets into the next.
 *
 * @param image - its digest, and a tag that it should have besides that of its digest.
 * @throws CommandError if neither has it.
 */
export async function copyImage(
  providing: Providing,
  from: Placed,
  { digest, tag }: { readonly digest: string; readonly tag?: string },
): Promise<Provided> {
  const { environment, caller, signal, watch, agree } = providing;
  if (tag === undefined && (await findImage(environment, digestTag(digest), signal)) === digest)
    return { digest, outcome: "there" };
  await agree(`copy the image ${digest} from ${from.name}`);
  const source = { registry: await openRegistry(from, caller, signal), repository: repositoryName(from) };
  await sendCopy({ digest, tag }, source, await targetOf(providing), watch);
  return { digest, outcome: "copied", from: from.name };
}

async function targetOf(where: Pick<Providing, "environment" | "all" | "caller" | "signal">): Promise<Target> {
  const { environment, caller, signal } = where;
  return {
    registry: await openRegistry(environment, caller, signal),
    repository: repositoryName(environment),
    // Registries belong to an account and a region.
    mountFrom: othersOf(where)
      .filter(({ account, region }) => account === environment.account && region === environment.region)
      .map(repositoryName),
  };
}

function othersOf({ environment, all }: Pick<Providing, "environment" | "all">): Placed[] {
  return all.filter(({ name, account }) => name !== environment.name && account !== PLACEHOLDER_ACCOUNT);
}
