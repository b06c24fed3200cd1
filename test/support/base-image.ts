/** A base image for tests: what AWS's has, and one small layer. */
import { gzipSync } from "node:zlib";
import type { Locked } from "../../image/base-lock";
import { type Base, bases } from "../../image/bases";
import { digestOf } from "../../image/digest";
import { type Config, FAMILIES, type Family, type Manifest } from "../../image/manifest";
import { tar } from "../../image/tar";

export const [DOCKER, OCI] = FAMILIES as [Family, Family];

export interface BaseImageSettings {
  readonly platform?: string;
  readonly family?: Family;
  /** Pins a list of images of several architectures, and not the image itself. */
  readonly indexed?: boolean;
  /** Changes what the registry holds before its digests are taken. */
  readonly changeConfig?: (config: Config) => object;
  readonly changeManifest?: (manifest: Manifest) => object;
}

/** Returns a base image as a lock would hold it, with what pins it and its layer. */
export function baseImage({
  platform = bases.arm64.platform,
  family = DOCKER,
  indexed = false,
  changeConfig = (config) => config,
  changeManifest = (manifest) => manifest,
}: BaseImageSettings = {}): { readonly locked: Locked; readonly pinned: Base; readonly layer: Buffer } {
  const [os = "", architecture = ""] = platform.split("/");
  const files = tar([{ name: "lambda-entrypoint.sh", mode: 0o755, bytes: Buffer.from("#!/bin/sh\n") }]);
  const layer = gzipSync(files);
  const config = JSON.stringify(
    changeConfig({
      architecture,
      config: {
        Env: ["PATH=/var/lang/bin:/usr/bin:/bin", "LAMBDA_TASK_ROOT=/var/task"],
        Entrypoint: ["/lambda-entrypoint.sh"],
        WorkingDir: "/var/task",
      },
      created: "2026-01-02T03:04:05Z",
      history: [{ created: "2026-01-02T03:04:05Z", created_by: "COPY / /" }],
      os,
      rootfs: { type: "layers", diff_ids: [digestOf(files)] },
    }),
  );
  const manifest = JSON.stringify(
    changeManifest({
      schemaVersion: 2,
      mediaType: family.manifest,
      config: { mediaType: family.config, digest: digestOf(config), size: config.length },
      layers: [{ mediaType: family.layer, digest: digestOf(layer), size: layer.length }],
    }),
  );
  const other = { mediaType: family.manifest, digest: digestOf("another"), size: 7 };
  const index = JSON.stringify({
    schemaVersion: 2,
    mediaType: family.index,
    manifests: [
      { ...other, platform: { os: "linux", architecture: "s390x" } },
      { ...other, digest: digestOf(manifest), size: manifest.length, platform: { os, architecture } },
      { ...other, platform: { os: "unknown", architecture: "unknown" } },
    ],
  });
  const reference = `public.example/lambda/nodejs:24@${digestOf(indexed ? index : manifest)}`;
  return {
    locked: { reference, ...(indexed ? { index } : {}), manifest, config },
    pinned: { reference, platform },
    layer,
  };
}
