import { anonymous } from "../../../../commands/image/registry/credentials";
import { Registry } from "../../../../commands/image/registry/registry";
import type { Base } from "../../../../image/bases";
import { digestOf } from "../../../../image/digest";
import type { Manifest } from "../../../../image/manifest";
import type { baseImage } from "../../base-image";

/** Puts a base image into the registry behind a public one, and returns what pins it at that one's host. */
export async function publishBase(
  url: string,
  host: string,
  { locked, pinned, layer }: ReturnType<typeof baseImage>,
): Promise<Base> {
  const registry = new Registry({ url, credentials: anonymous() });
  const manifest: Manifest = JSON.parse(locked.manifest);
  for (const [blob, bytes] of [
    [manifest.layers[0], layer],
    [manifest.config, Buffer.from(locked.config)],
  ] as const)
    if (blob) await registry.push("lambda/nodejs", { blob, open: async () => bytes });
  const bytes = Buffer.from(locked.manifest);
  const mediaType = manifest.mediaType ?? "";
  await registry.putManifest("lambda/nodejs", "24", { mediaType, bytes, digest: digestOf(bytes) });
  return { ...pinned, reference: pinned.reference.replace("public.example", host) };
}
