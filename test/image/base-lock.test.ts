import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { checkBase, LOCK_FILE, readBaseLock } from "../../image/base-lock";
import { type BaseImageSettings, baseImage, OCI } from "../support/base-image";

const checked = (settings: BaseImageSettings) => {
  const { locked, pinned } = baseImage(settings);
  return checkBase(locked, pinned);
};

describe("a base image", () => {
  test.each([
    ["by itself", {}],
    ["in a list of architectures", { indexed: true }],
    ["in the OCI's types, and in a list", { family: OCI, indexed: true }],
    ["without a type of its own, as the OCI allows", { family: OCI, changeManifest: withoutMediaType }],
    ["for the other architecture", { platform: "linux/amd64", indexed: true }],
  ])("is accepted %s", (_how, settings) => {
    const { locked, pinned } = baseImage(settings);
    expect(checkBase(locked, pinned)).toMatchObject({
      reference: locked.reference,
      manifest: JSON.parse(locked.manifest),
      config: JSON.parse(locked.config),
    });
  });

  test.each(["manifest", "config", "index"] as const)("is refused if one byte of its %s was changed", (part) => {
    const { locked, pinned } = baseImage({ indexed: true });
    const changed = { ...locked, [part]: `${locked[part]} ` };
    expect(() => checkBase(changed, pinned)).toThrow(/^public\.example\/lambda\/nodejs:24@sha256:\w+ has .*digest is/);
  });

  test("is refused if it is not the one that is pinned", () => {
    const { locked } = baseImage();
    const { pinned } = baseImage({ family: OCI });
    expect(() => checkBase(locked, pinned)).toThrow(
      `${locked.reference} is not the base image that image/bases.ts pins, ${pinned.reference}.`,
    );
  });

  test.each<readonly [string, BaseImageSettings, RegExp]>([
    [
      "a layer is compressed in a way that Lambda is not known to take",
      { changeManifest: (manifest) => ({ ...manifest, layers: manifest.layers.map(zstd) }) },
      /has a layer that is a application\/vnd\.oci\.image\.layer\.v1\.tar\+zstd, and Lambda is only known to take/,
    ],
    [
      "its configuration is of an unknown type",
      { changeManifest: (manifest) => ({ ...manifest, config: { ...manifest.config, mediaType: "text/plain" } }) },
      /is a application\/vnd\.docker\.distribution\.manifest\.v2\+json, which Lambda does not take\.$/,
    ],
    [
      "it mixes the families of types",
      { changeManifest: (manifest) => ({ ...manifest, mediaType: OCI.manifest }) },
      /is a application\/vnd\.oci\.image\.manifest\.v1\+json, which Lambda does not take\.$/,
    ],
    [
      "it is for another architecture",
      { changeConfig: (config) => ({ ...config, architecture: "s390x" }) },
      /is for linux\/s390x, not for linux\/arm64\.$/,
    ],
    [
      "layers are missing",
      { changeConfig: (config) => ({ ...config, rootfs: { type: "layers", diff_ids: [] } }) },
      /has 1 layers and 0 digests of them\.$/,
    ],
    [
      "it starts nothing",
      { changeConfig: (config) => ({ ...config, config: { ...config.config, Entrypoint: null } }) },
      /starts nothing: it has no entry point\.$/,
    ],
    ["it is not an image", { changeManifest: () => ({ schemaVersion: 2 }) }, /has what is not a manifest: /],
  ])("is refused if %s", (_what, settings, message) => {
    expect(() => checked(settings)).toThrow(message);
  });
});

describe("the lock file", () => {
  let root: string;
  beforeEach(() => {
    root = fs.mkdtempSync(path.join(os.tmpdir(), "terrace-lock-"));
    fs.mkdirSync(path.join(root, "image"));
  });
  afterEach(() => fs.rmSync(root, { recursive: true }));
  const arm64 = baseImage();
  const x86_64 = baseImage({ platform: "linux/amd64" });
  const pinned = { arm64: arm64.pinned, x86_64: x86_64.pinned };
  const write = (content: unknown) => fs.writeFileSync(path.join(root, LOCK_FILE), JSON.stringify(content));

  test("may be missing", () => {
    expect(readBaseLock(root)).toBeUndefined();
  });

  test("holds a base image for each architecture", () => {
    write({ arm64: arm64.locked, x86_64: x86_64.locked });
    expect(readBaseLock(root, pinned)).toMatchObject({
      arm64: { config: { architecture: "arm64" } },
      x86_64: { config: { architecture: "amd64" } },
    });
  });

  test.each<readonly [string, unknown]>([
    ["another program's", { lockfileVersion: 3 }],
    ["of other base images than are pinned now", { arm64: x86_64.locked, x86_64: arm64.locked }],
  ])("is refused with a remedy if it is %s", (_what, content) => {
    write(content);
    expect(() => readBaseLock(root, pinned)).toThrow(
      /^image\/lock\.json: .+\nRun `npx terrace image lock` again, or delete the file to build the image with Docker\.$/s,
    );
  });
});

function withoutMediaType<Manifest extends { readonly mediaType?: unknown }>({ mediaType: _, ...rest }: Manifest) {
  return rest;
}

function zstd<Layer extends object>(layer: Layer) {
  return { ...layer, mediaType: "application/vnd.oci.image.layer.v1.tar+zstd" };
}
