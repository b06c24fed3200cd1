/**
 * The lock file of the base images: what their registry answered for the digests that we pin. Each text is kept as it
 * came, so that whoever reads the file can check it against the digest, and no registry has to be asked again.
 */
import fs from "node:fs";
import path from "node:path";
import * as z from "zod";
import type { Architecture } from "../environments/environment";
import { type Base, bases } from "./bases";
import { digestOf } from "./digest";
import {
  type Config,
  configSchema,
  FAMILIES,
  type Family,
  indexSchema,
  type Manifest,
  manifestSchema,
} from "./manifest";

/** Where the lock file is, below the project's folder. With it the image is assembled; without it Docker builds it. */
export const LOCK_FILE = "image/lock.json";

const lockedSchema = z.strictObject({
  reference: z.string(),
  /** The list that the reference's digest is of, if it is of one. */
  index: z.string().optional(),
  manifest: z.string(),
  config: z.string(),
});
/** What the lock file holds of one base image, as the registry sent it. */
export type Locked = z.output<typeof lockedSchema>;

const lockSchema = z.strictObject({ arm64: lockedSchema, x86_64: lockedSchema });

/** A base image that was checked. */
export interface LockedBase {
  readonly reference: string;
  readonly family: Family;
  readonly manifest: Manifest;
  readonly config: Config;
}

/** The base image of each architecture. */
export type LockedBases = Readonly<Record<Architecture, LockedBase>>;

/**
 * Reads and checks the lock file of a project's folder; undefined if there is none.
 *
 * @throws Error if it is not what `terrace image lock` writes, or not of the base images that we pin.
 */
export function readBaseLock(root: string, pinned = bases): LockedBases | undefined {
  const file = path.join(root, LOCK_FILE);
  if (!fs.existsSync(file)) return undefined;
  try {
    const { arm64, x86_64 } = lockSchema.parse(JSON.parse(fs.readFileSync(file, "utf8")));
    return { arm64: checkBase(arm64, pinned.arm64), x86_64: checkBase(x86_64, pinned.x86_64) };
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message;
    throw new Error(
      `${LOCK_FILE}: ${why}\nRun \`npx terrace image lock\` again, or delete the file to build the image with Docker.`,
    );
  }
}

/**
 * Checks what a registry answered of a base image that we pin, down from its digest.
 *
 * @throws Error if it is of another image, if any digest is wrong, or if Lambda would not run the image.
 */
export function checkBase(locked: Locked, pinned: Base): LockedBase {
  const wrong = (why: string) => new Error(`${locked.reference} ${why}.`);
  if (locked.reference !== pinned.reference)
    throw wrong(`is not the base image that image/bases.ts pins, ${pinned.reference}`);
  const [os, processor] = pinned.platform.split("/");

  const digest = pinned.reference.slice(pinned.reference.indexOf("@") + 1);
  const wanted = locked.index === undefined ? digest : inIndex(locked.index);
  if (digestOf(locked.manifest) !== wanted) throw wrong(`has a manifest whose digest is not ${wanted}`);
  const manifest = parsed(manifestSchema, locked.manifest, "a manifest");
  if (digestOf(locked.config) !== manifest.config.digest)
    throw wrong(`has a configuration whose digest is not ${manifest.config.digest}`);
  const config = parsed(configSchema, locked.config, "a configuration");

  const family = FAMILIES.find(({ config }) => config === manifest.config.mediaType);
  if (!family || (manifest.mediaType ?? family.manifest) !== family.manifest)
    throw wrong(`is a ${manifest.mediaType ?? manifest.config.mediaType}, which Lambda does not take`);
  const odd = manifest.layers.find(({ mediaType }) => mediaType !== family.layer);
  if (odd) throw wrong(`has a layer that is a ${odd.mediaType}, and Lambda is only known to take ${family.layer}`);
  if (config.os !== os || config.architecture !== processor)
    throw wrong(`is for ${config.os}/${config.architecture}, not for ${pinned.platform}`);
  if (config.rootfs.diff_ids.length !== manifest.layers.length)
    throw wrong(`has ${manifest.layers.length} layers and ${config.rootfs.diff_ids.length} digests of them`);
  if (!config.config.Entrypoint?.length) throw wrong("starts nothing: it has no entry point");
  return { reference: locked.reference, family, manifest, config };

  /** Returns the digest of our architecture's image in a list of images. */
  function inIndex(text: string): string {
    if (digestOf(text) !== digest) throw wrong("has a list of images whose digest is another");
    const { manifests } = parsed(indexSchema, text, "a list of images");
    const ours = manifests.filter(({ platform }) => platform?.os === os && platform?.architecture === processor);
    if (!ours[0] || ours.length > 1)
      throw wrong(`is a list with ${ours.length} images for ${pinned.platform}, where one is needed`);
    return ours[0].digest;
  }

  /** Returns what the text says as it says it: zod would put keys into an order of its own, which makes other bytes. */
  function parsed<Value>(schema: z.ZodType<Value>, text: string, what: string): Value {
    try {
      const value = JSON.parse(text);
      schema.parse(value);
      return value;
    } catch (error) {
      throw wrong(`has what is not ${what}: ${error instanceof z.ZodError ? z.prettifyError(error) : error}`);
    }
  }
}
