/**
 * Makes the tags of the API's images. There are two kinds.
 *
 * An image that Docker built is found by what went into it. Building the same content again makes other bytes, so such a
 * tag may be pushed again and then means the newer image. An image whose bytes are known, or which was deployed, is
 * found by its digest; such a tag never moves, so that an image that a function runs keeps a tag.
 */
import type { Base } from "./bases";
import type { BundleFile } from "./bundle";
import { digestOf } from "./digest";

/** Returns the tag of what Docker builds from a bundle: a hash of names and bytes in order, and of all else that decides the image. */
export function contentTag(files: readonly BundleFile[], { platform, reference }: Base): string {
  const ingredients = [[platform, reference], ...files.map(({ name, bytes }) => [name, digestOf(bytes)])];
  return `content-${digestOf(JSON.stringify(ingredients)).slice("sha256:".length)}`;
}

/** Returns the tag under which an image is kept for good: `sha256-` and the digest's 64 digits. */
export function digestTag(digest: string): string {
  return digest.replace(":", "-");
}
