import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { assembleImage } from "../../image/assemble";
import { checkBase } from "../../image/base-lock";
import { readBundle } from "../../image/bundle";
import { digestOf } from "../../image/digest";
import { type BaseImageSettings, baseImage, DOCKER, OCI } from "../support/base-image";
import { artifacts } from "../support/staging";

const bundle = path.join(artifacts.folder, "api");
let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "terrace-assemble-"));
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

function assembled(files = readBundle(bundle), settings: BaseImageSettings = {}) {
  const { locked, pinned } = baseImage(settings);
  return assembleImage(files, checkBase(locked, pinned));
}
const parsed = (bytes: Uint8Array) => JSON.parse(Buffer.from(bytes).toString("utf8"));

describe("an assembled image", () => {
  test("has known bytes: whoever changes them gives every environment another image", () => {
    expect(assembled().digest).toBe("sha256:3f44f1c61d48c6fe712cfc565a9988c9295edb8420e68bd358daecbde6d9c7ac");
  });

  test("has the same bytes wherever and whenever the bundle was written, with whatever modes", () => {
    const copy = path.join(folder, "elsewhere");
    for (const { name, bytes } of readBundle(bundle).reverse()) {
      const file = path.join(copy, name);
      fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
      fs.writeFileSync(file, bytes, { mode: 0o600 });
      fs.utimesSync(file, 1, 1);
    }
    expect(assembled(readBundle(copy))).toEqual(assembled());
  });

  test("has a layer with the bundle where the base image wants it, readable for everybody and owned by root", () => {
    const list = execFileSync("tar", ["-tv", "-f", "-"], { input: gunzipSync(assembled().layer.bytes) }).toString();
    expect(
      list
        .trim()
        .replaceAll(/ 1980.* /g, " ")
        .replaceAll(/ +\d+ /g, " ")
        .split("\n"),
    ).toEqual([
      "drwxr-xr-x 0/0 var/",
      "drwxr-xr-x 0/0 var/task/",
      "-rwxr-xr-x 0/0 var/task/Dockerfile",
      "drwxr-xr-x 0/0 var/task/chunks/",
      "-rwxr-xr-x 0/0 var/task/chunks/chunk.txt",
      "-rwxr-xr-x 0/0 var/task/index.txt",
    ]);
  });

  test.each([
    ["Docker's", DOCKER],
    ["the OCI's", OCI],
  ])("is written in %s family of types if its base is", (_whose, family) => {
    const { manifest, config, layer } = assembled(undefined, { family });
    const { locked, layer: below } = baseImage({ family });
    expect(parsed(manifest.bytes)).toEqual({
      schemaVersion: 2,
      mediaType: family.manifest,
      config: { mediaType: family.config, digest: digestOf(config.bytes), size: config.bytes.length },
      layers: [
        { mediaType: family.layer, digest: digestOf(below), size: below.length },
        { mediaType: family.layer, digest: digestOf(layer.bytes), size: layer.bytes.length },
      ],
    });
    expect(manifest).toMatchObject({ mediaType: family.manifest, digest: digestOf(manifest.bytes) });
    expect(locked.manifest).toContain(family.layer);
  });

  test("starts as the base does, with our handler, and has a history entry for each layer", () => {
    const { config, layer } = assembled();
    const base = JSON.parse(baseImage().locked.config);
    expect(parsed(config.bytes)).toEqual({
      ...base,
      created: "1980-01-01T00:00:00Z",
      config: { ...base.config, Cmd: ["index.handler"] },
      rootfs: { type: "layers", diff_ids: [...base.rootfs.diff_ids, digestOf(gunzipSync(layer.bytes))] },
      history: [
        ...base.history,
        { created: "1980-01-01T00:00:00Z", created_by: `COPY --chmod=755 . \${LAMBDA_TASK_ROOT}/` },
        { created: "1980-01-01T00:00:00Z", created_by: 'CMD ["index.handler"]', empty_layer: true },
      ],
    });
  });

  test("refuses a base image that does not say where the code goes", () => {
    const changeConfig = () => ({ ...JSON.parse(baseImage().locked.config), config: { Entrypoint: ["/start"] } });
    expect(() => assembled(undefined, { changeConfig })).toThrow(
      "The base image does not say where to copy to: it has no variable LAMBDA_TASK_ROOT.",
    );
  });

  test("refuses a bundle without a Dockerfile, and one with a link in it", () => {
    expect(() => assembled([])).toThrow("The bundle has no Dockerfile: run `node build.mjs`.");
    fs.symlinkSync("/etc/passwd", path.join(folder, "link"));
    expect(() => readBundle(folder)).toThrow(
      `${path.join(folder, "link")} is neither a file nor a folder, and cannot be put into an image.`,
    );
  });
});
