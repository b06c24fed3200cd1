import fs from "node:fs";
import path from "node:path";
import { checkBase, LOCK_FILE, type Locked, type LockedBase } from "../../image/base-lock";
import { type Base, bases } from "../../image/bases";
import { FAMILIES, indexSchema, manifestSchema } from "../../image/manifest";
import { CommandError } from "../errors/command-error";
import { anonymous } from "./registry/credentials";
import { Registry } from "./registry/registry";

/** Where a base image is, and by what it is pinned. */
export interface BasePlace {
  readonly url: string;
  readonly repository: string;
  readonly digest: string;
}

/**
 * Reads a reference such as `public.ecr.aws/lambda/nodejs:24@sha256:…`. As for Docker, a registry on this machine is
 * spoken to without encryption.
 */
export function placeOf(reference: string): BasePlace {
  const match = /^(?<host>[^/]+)\/(?<repository>[^:@]+)(:[\w.-]+)?@(?<digest>sha256:[0-9a-f]{64})$/.exec(reference);
  const { host = "", repository = "", digest = "" } = match?.groups ?? {};
  if (!match)
    throw new CommandError({
      subject: "image/bases.ts",
      value: reference,
      mistake: "is no reference of an image by digest",
      remedy: 'write one such as "public.ecr.aws/lambda/nodejs:24@sha256:…"',
    });
  const local = /^(127\.0\.0\.1|localhost)(:\d+)?$/.test(host);
  return { url: `${local ? "http" : "https"}://${host}`, repository, digest };
}

/**
 * Fetches manifest and configuration of every base image that we pin, checks them down from the digest, and writes the
 * lock file. Nothing is written if anything is wrong.
 *
 * @returns whether the file is another than before.
 * @throws CommandError, or Error of what is wrong with a base image.
 */
export async function lockBases(
  root: string,
  { signal, pinned = bases }: { readonly signal?: AbortSignal; readonly pinned?: typeof bases } = {},
): Promise<boolean> {
  const locked = {
    arm64: await fetchBase(pinned.arm64, signal),
    x86_64: await fetchBase(pinned.x86_64, signal),
  };
  const text = `${JSON.stringify(locked, null, 2)}\n`;
  const file = path.join(root, LOCK_FILE);
  if (fs.existsSync(file) && fs.readFileSync(file, "utf8") === text) return false;
  // A run that is cut off leaves the old file whole.
  fs.writeFileSync(`${file}.new`, text);
  fs.renameSync(`${file}.new`, file);
  return true;
}

/** Fetches what the lock file would hold of a base image, and writes nothing. The same digest gives the same for ever. */
export async function unlockedBase(pinned: Base, signal?: AbortSignal): Promise<LockedBase> {
  return checkBase(await fetchBase(pinned, signal), pinned);
}

async function fetchBase(pinned: Base, signal: AbortSignal | undefined): Promise<Locked> {
  const { url, repository, digest } = placeOf(pinned.reference);
  const registry = new Registry({ url, credentials: anonymous(), signal });
  const first = await registry.manifest(repository, digest);
  const isIndex = FAMILIES.some(({ index }) => index === first.mediaType);
  const second = isIndex ? await registry.manifest(repository, ofPlatform(first.bytes, pinned)) : first;
  const { config } = manifestSchema.parse(JSON.parse(text(second.bytes)));
  const locked = {
    reference: pinned.reference,
    ...(isIndex ? { index: text(first.bytes) } : {}),
    manifest: text(second.bytes),
    config: text(await registry.blob(repository, config)),
  };
  checkBase(locked, pinned);
  return locked;
}

/** Returns the digest of our architecture's image in a list of images. */
function ofPlatform(index: Uint8Array, { reference, platform: wanted }: Base): string {
  const { manifests } = indexSchema.parse(JSON.parse(text(index)));
  const ours = manifests.find(({ platform }) => wanted === `${platform?.os}/${platform?.architecture}`);
  if (ours) return ours.digest;
  throw new CommandError({
    subject: "image/bases.ts",
    value: reference,
    mistake: `has no image for ${wanted}`,
    remedy: "pin one that has",
  });
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("utf8");
}
