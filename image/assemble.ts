import { gzipSync } from "fflate";
import type { LockedBase } from "./base-lock";
import type { BundleFile } from "./bundle";
import { digestOf } from "./digest";
import { type Recipe, readDockerfile } from "./dockerfile";
import type { Config, Descriptor } from "./manifest";
import { type TarEntry, tar } from "./tar";

/** Something that is pushed: bytes and what they are called by. */
interface Blob extends Descriptor {
  readonly bytes: Uint8Array;
}

/** An image that was assembled: the base's layers, which a registry has already, and what is ours. */
export interface AssembledImage {
  /** By this the function is deployed. */
  readonly digest: string;
  readonly base: LockedBase;
  readonly layer: Blob;
  readonly config: Blob;
  readonly manifest: Blob;
}

/** The date of the image and of its history: the archive's. */
const DATE = "1980-01-01T00:00:00Z";

/**
 * Assembles the API's image from its base and the files of its bundle, as the Dockerfile among them says. The same
 * input gives the same bytes on every machine, so the digest is known before anything is pushed.
 *
 * @throws Error if there is no Dockerfile, or if it says what only Docker could do.
 */
export function assembleImage(files: readonly BundleFile[], base: LockedBase): AssembledImage {
  const dockerfile = files.find(({ name }) => name === "Dockerfile");
  if (!dockerfile) throw new Error("The bundle has no Dockerfile: run `node build.mjs`.");
  const recipe = readDockerfile(Buffer.from(dockerfile.bytes).toString("utf8"));

  const archive = tar(entriesOf(files, recipe, folderIn(base.config, recipe)));
  // The compression is written in JavaScript: Node.js's own differs between its versions and between processors.
  const layer = blob(base.family.layer, gzipSync(archive, { level: 9, mtime: 0 }));
  const config = blob(base.family.config, json(configOf(base.config, recipe, digestOf(archive))));
  const manifest = blob(
    base.family.manifest,
    json({
      schemaVersion: 2,
      mediaType: base.family.manifest,
      config: descriptorOf(config),
      layers: [...base.manifest.layers, descriptorOf(layer)],
    }),
  );
  return { digest: manifest.digest, base, layer, config, manifest };
}

/** Returns the folder that the files are copied into: `var/task`. */
function folderIn({ config }: Config, { folderVariable }: Recipe): string {
  const value = config.Env?.find((variable) => variable.startsWith(`${folderVariable}=`));
  const folder = value?.slice(folderVariable.length + 1).replace(/^\/|\/$/g, "");
  if (!folder) throw new Error(`The base image does not say where to copy to: it has no variable ${folderVariable}.`);
  return folder;
}

/** Returns the entries of the layer, each folder before what is in it. */
function entriesOf(files: readonly BundleFile[], { mode }: Recipe, folder: string): TarEntry[] {
  const placed = files.map(({ name, bytes }) => ({ name: `${folder}/${name}`, mode, bytes }));
  const folders = new Set(placed.flatMap(({ name }) => parents(name)));
  const entries: TarEntry[] = [...[...folders].map((name) => ({ name, mode: 0o755, bytes: undefined })), ...placed];
  return entries.sort((one, other) => (one.name < other.name ? -1 : 1));
}

function parents(name: string): string[] {
  const steps = name.split("/").slice(0, -1);
  return steps.map((_, index) => steps.slice(0, index + 1).join("/"));
}

function configOf(base: Config, { command, copy, cmd }: Recipe, diffId: string): Config {
  return {
    ...base,
    created: DATE,
    config: { ...base.config, Cmd: command },
    rootfs: { ...base.rootfs, diff_ids: [...base.rootfs.diff_ids, diffId] },
    // Each entry that is not empty stands for a layer.
    history: [
      ...(base.history ?? base.rootfs.diff_ids.map(() => ({}))),
      { created: DATE, created_by: copy },
      { created: DATE, created_by: cmd, empty_layer: true },
    ],
  };
}

function blob(mediaType: string, bytes: Uint8Array): Blob {
  return { mediaType, digest: digestOf(bytes), size: bytes.length, bytes };
}

function descriptorOf({ mediaType, digest, size }: Blob): Descriptor {
  return { mediaType, digest, size };
}

function json(value: object): Uint8Array {
  return Buffer.from(JSON.stringify(value));
}
