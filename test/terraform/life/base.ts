import { anonymous } from "../../../commands/image/registry/credentials";
import { Registry } from "../../../commands/image/registry/registry";
import type { Locked } from "../../../image/base-lock";
import { bases } from "../../../image/bases";
import { digestOf } from "../../../image/digest";
import { manifestSchema } from "../../../image/manifest";
import { baseImage, DOCKER } from "../../support/base-image";

const REPOSITORY = "lambda/nodejs";

/**
 * Puts a base image for each architecture into a registry of this machine: what AWS's has in its configuration, and one
 * small layer. Returns an edit of image/bases.ts that pins them.
 */
export async function pushBases(url: string): Promise<(text: string) => string> {
  const registry = new Registry({ url, credentials: anonymous() });
  const pins: [string, string][] = [];
  for (const { reference, platform } of Object.values(bases)) {
    const { locked, layer } = baseImage({ platform });
    await push(registry, locked, layer);
    const [, tag = ""] = /:([\w.-]+)@/.exec(reference) ?? [];
    pins.push([reference, `${new URL(url).host}/${REPOSITORY}:${tag}@${digestOf(locked.manifest)}`]);
  }
  return (text) => pins.reduce((edited, [pin, own]) => edited.replace(pin, own), text);
}

async function push(registry: Registry, { manifest, config }: Locked, layer: Buffer): Promise<void> {
  const { config: about, layers } = manifestSchema.parse(JSON.parse(manifest));
  const [first] = layers;
  if (!first) throw new Error("The base image has no layer.");
  await registry.push(REPOSITORY, { blob: about, open: async () => Buffer.from(config) });
  await registry.push(REPOSITORY, { blob: first, open: async () => layer });
  const digest = digestOf(manifest);
  const bytes = Buffer.from(manifest);
  await registry.putManifest(REPOSITORY, digest.slice("sha256:".length), { mediaType: DOCKER.manifest, digest, bytes });
}
