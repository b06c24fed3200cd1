/** The shapes of what a registry holds of an image: https://github.com/opencontainers/image-spec */
import * as z from "zod";
import { DIGEST } from "./digest";

const descriptor = z.looseObject({
  mediaType: z.string(),
  digest: z.string().regex(DIGEST),
  size: z.number().int().nonnegative(),
});
export type Descriptor = Readonly<z.output<typeof descriptor>>;

/** An image of one architecture: its configuration and its layers, the lowest first. */
export const manifestSchema = z.looseObject({
  schemaVersion: z.literal(2),
  mediaType: z.string().optional(),
  config: descriptor,
  layers: z.array(descriptor).min(1),
});
export type Manifest = z.output<typeof manifestSchema>;

/** A list of images, one an architecture. */
export const indexSchema = z.looseObject({
  schemaVersion: z.literal(2),
  mediaType: z.string().optional(),
  manifests: z.array(
    descriptor.extend({ platform: z.looseObject({ os: z.string(), architecture: z.string() }).optional() }),
  ),
});

const historyEntry = z.looseObject({ empty_layer: z.boolean().optional() });

/** What a container is started with, and the digests of the layers before they were compressed. */
export const configSchema = z.looseObject({
  os: z.string(),
  architecture: z.string(),
  config: z.looseObject({
    Env: z.array(z.string()).nullish(),
    Entrypoint: z.array(z.string()).nullish(),
  }),
  rootfs: z.looseObject({ type: z.literal("layers"), diff_ids: z.array(z.string().regex(DIGEST)) }),
  history: z.array(historyEntry).optional(),
});
export type Config = z.output<typeof configSchema>;

/** The media types of one way to write an image. What one family holds must all be of that family. */
export interface Family {
  readonly manifest: string;
  readonly index: string;
  readonly config: string;
  readonly layer: string;
}

/** Docker's and the OCI's families, as far as Lambda takes them: https://docs.aws.amazon.com/lambda/latest/dg/images-create.html */
export const FAMILIES: readonly Family[] = [
  {
    manifest: "application/vnd.docker.distribution.manifest.v2+json",
    index: "application/vnd.docker.distribution.manifest.list.v2+json",
    config: "application/vnd.docker.container.image.v1+json",
    layer: "application/vnd.docker.image.rootfs.diff.tar.gzip",
  },
  {
    manifest: "application/vnd.oci.image.manifest.v1+json",
    index: "application/vnd.oci.image.index.v1+json",
    config: "application/vnd.oci.image.config.v1+json",
    layer: "application/vnd.oci.image.layer.v1.tar+gzip",
  },
];
