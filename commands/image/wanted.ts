import path from "node:path";
import { type AssembledImage, assembleImage } from "../../image/assemble";
import { readBaseLock } from "../../image/base-lock";
import { bases } from "../../image/bases";
import { readBundle } from "../../image/bundle";
import { contentTag, digestTag } from "../../image/tags";
import { findImage, type Placed } from "./ecr";
import { unlockedBase } from "./lock-bases";

/** The image that the sources of a clone make. */
export interface WantedImage {
  /** Who makes it: we do, or Docker. */
  readonly way: "assembled" | "docker";
  /** The tag under which it is pushed. */
  readonly tag: string;
  /** The image itself, if we made it. */
  readonly assembled: AssembledImage | undefined;
  /** The tag that Docker's build of the same content would have: the image gets it too, so that nobody builds another. */
  readonly contentTag?: string;
}

/**
 * Returns the image that an environment should have, from the bundle in `dist/api`.
 *
 * @throws Error if nothing was built, or if the lock of the base images is not right.
 */
export function wantedImage({ architecture }: Pick<Placed, "architecture">, root: string, pinned = bases): WantedImage {
  const files = readBundle(path.join(root, "dist/api"));
  const base = readBaseLock(root, pinned)?.[architecture];
  if (!base) return { way: "docker", tag: contentTag(files, pinned[architecture]), assembled: undefined };
  const assembled = assembleImage(files, base);
  return { way: "assembled", tag: digestTag(assembled.digest), assembled };
}

/**
 * Assembles the image that Docker would build, where the base is not locked and is fetched for it.
 *
 * @throws CommandError if the base's registry does not answer.
 */
export async function assembleInstead(
  { architecture }: Pick<Placed, "architecture">,
  root: string,
  { signal, pinned = bases }: { readonly signal?: AbortSignal; readonly pinned?: typeof bases } = {},
): Promise<WantedImage & { readonly assembled: AssembledImage }> {
  const files = readBundle(path.join(root, "dist/api"));
  const base = pinned[architecture];
  const assembled = assembleImage(files, await unlockedBase(base, signal));
  return { way: "assembled", tag: digestTag(assembled.digest), contentTag: contentTag(files, base), assembled };
}

/**
 * Looks whether an environment has the image that the sources make. Given its digest as TERRACE_IMAGE_DIGEST, synthesis
 * deploys it and nothing asks for Docker; an image that is deployed already makes an empty plan.
 *
 * @returns the digest; undefined if the repository has no such image.
 * @throws CommandError if the environment has no repository yet.
 */
export async function digestInRepository(
  environment: Placed,
  { tag }: WantedImage,
  signal?: AbortSignal,
): Promise<string | undefined> {
  return findImage(environment, tag, signal);
}
