import type { AssembledImage } from "../../image/assemble";
import { type Descriptor, manifestSchema } from "../../image/manifest";
import { digestTag } from "../../image/tags";
import { CommandError } from "../errors/command-error";
import { placeOf } from "./lock-bases";
import { anonymous } from "./registry/credentials";
import { Registry, type Sent, type StoredManifest, type Upload } from "./registry/registry";

/** Where an image is sent to. */
export interface Target {
  readonly registry: Registry;
  readonly repository: string;
  /** Other repositories of the same registry, which may have layers already. */
  readonly mountFrom: readonly string[];
}

/** Told what happens to each blob: how many of its bytes went through, and what became of it in the end. */
export type Watch = (blob: Descriptor, bytes: number, became?: Sent) => void;

/** How many blobs are sent at once. More over small buffers made ECR's connections fail. */
const AT_ONCE = 3;

/**
 * Makes sure that a repository has an assembled image, under the tag of its digest. What is there is not sent again, and
 * the base's layers are copied from their registry piece by piece, so that no memory holds them.
 *
 * @returns whether the image was there already.
 */
export async function sendAssembled(
  { base, layer, config, manifest }: AssembledImage,
  target: Target,
  { signal, watch }: { readonly signal?: AbortSignal | undefined; readonly watch: Watch },
): Promise<boolean> {
  const { url, repository } = placeOf(base.reference);
  const source = new Registry({ url, credentials: anonymous(), signal });
  return sendImage(manifest, target, watch, [
    ...base.manifest.layers.map((blob) => ({ blob, open: () => source.open(repository, blob) })),
    ...[layer, config].map((blob) => ({ blob, open: async () => blob.bytes })),
  ]);
}

/**
 * Makes sure that a repository has an image of another one, byte for byte.
 *
 * @param image - its digest, and a tag that it gets besides that of its digest.
 * @returns whether the image was there already.
 */
export async function sendCopy(
  { digest, tag }: { readonly digest: string; readonly tag: string | undefined },
  from: { readonly registry: Registry; readonly repository: string },
  target: Target,
  watch: Watch,
): Promise<boolean> {
  const manifest = await from.registry.manifest(from.repository, digest);
  const { layers, config } = imageOf(manifest);
  const there = await sendImage(
    manifest,
    target,
    watch,
    [...layers, config].map((blob) => ({ blob, open: () => from.registry.open(from.repository, blob) })),
  );
  if (tag !== undefined) await target.registry.putManifest(target.repository, tag, manifest);
  return there;
}

/** Gives an image that is in a repository a tag: that of its digest, which it keeps when others move on, or another. */
export async function tagImage(
  digest: string,
  { registry, repository }: Target,
  tag = digestTag(digest),
): Promise<void> {
  if ((await registry.find(repository, tag)) === digest) return;
  await registry.putManifest(repository, tag, await registry.manifest(repository, digest));
}

async function sendImage(
  manifest: StoredManifest,
  { registry, repository, mountFrom }: Target,
  watch: Watch,
  uploads: readonly Pick<Upload, "blob" | "open">[],
): Promise<boolean> {
  const tag = digestTag(manifest.digest);
  const found = await registry.find(repository, tag);
  if (found === manifest.digest) return true;
  // The tag is made of the digest: somebody must have moved it by hand.
  if (found !== undefined)
    throw new CommandError({
      subject: `the tag ${tag} of ${repository}`,
      value: found,
      mistake: "is another image than the tag says",
      remedy: "delete the tag, which somebody moved by hand",
    });
  // A layer may be in an image more than once.
  const distinct = new Map(uploads.map((upload) => [upload.blob.digest, upload]));
  const queue = distinct.values();
  let failed = false;
  const work = async () => {
    for (const { blob, open } of queue) {
      const progress = (bytes: number) => watch(blob, bytes);
      const became = await registry.push(repository, { blob, open, mountFrom, progress }).catch((error) => {
        failed = true;
        throw error;
      });
      watch(blob, blob.size, became);
      if (failed) return;
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: AT_ONCE }, work));
  for (const end of ends) if (end.status === "rejected") throw end.reason;
  // The manifest goes last: a registry takes it only with all that it names.
  await registry.putManifest(repository, tag, manifest);
  return false;
}

function imageOf({ mediaType, digest, bytes }: StoredManifest) {
  const { data } = manifestSchema.safeParse(JSON.parse(Buffer.from(bytes).toString("utf8")));
  if (data) return data;
  throw new CommandError({
    subject: "image",
    value: digest,
    mistake: `is a ${mediaType}, which Lambda does not run`,
    remedy: "name the digest of one architecture's image",
  });
}
