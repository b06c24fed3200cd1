import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { Architecture } from "../../../environments/environment";
import { assembleImage } from "../../../image/assemble";
import { checkBase } from "../../../image/base-lock";
import { readBundle } from "../../../image/bundle";
import { image } from "../../../stacks/constructs/api-image";
import { baseImage } from "../../support/base-image";
import {
  artifacts,
  entry,
  environment,
  synthesizeAlone,
  synthesizeConstruct,
  synthesizeValue,
} from "../../support/synth";

const digest = `sha256:${"a".repeat(64)}`;
let folder: string;

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "terrace-image-"));
  fs.cpSync(artifacts.folder, folder, { recursive: true });
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

/** The resources of an image that is built from the folder. */
function built(architecture: Architecture = "arm64") {
  const resources = synthesizeConstruct((scope) => {
    image({ folder, imageDigest: undefined }, { ...environment, architecture })(scope, "api");
  });
  return {
    image: entry(resources, "docker_image.image"),
    push: entry(resources, "docker_registry_image.image_push"),
  };
}

const tagOf = (architecture?: Architecture) => String(built(architecture).image.name).split(":")[1];

describe("an image that is built", () => {
  test("is built by the daemon, for the function's architecture, on a base image pinned by digest", () => {
    expect(built().image.build).toEqual({
      context: expect.stringMatching(/^assets\/image_context\/content-[0-9a-f]{64}$/),
      platform: "linux/arm64",
      build_args: {
        BASE_IMAGE: expect.stringMatching(/^public\.ecr\.aws\/lambda\/nodejs:24-arm64@sha256:[0-9a-f]{64}$/),
      },
    });
    expect(built("x86_64").image.build).toMatchObject({
      platform: "linux/amd64",
      build_args: { BASE_IMAGE: expect.stringMatching(/^public\.ecr\.aws\/lambda\/nodejs:24@sha256:[0-9a-f]{64}$/) },
    });
  });

  test("has a tag that is its content, which also makes it be built and pushed again", () => {
    const { image, push } = built();
    const tag = tagOf();
    expect(tag).toMatch(/^content-[0-9a-f]{64}$/);
    expect(image.name).toBe(`123456789012.dkr.ecr.ap-northeast-1.amazonaws.com/blogapp-staging-api:${tag}`);
    expect(image.triggers).toEqual({ content: tag });
    expect(push).toEqual({ name: `\${docker_image.image.name}`, triggers: { content: tag }, keep_remotely: true });
  });

  test("has the same tag whenever and wherever the files were written", () => {
    const tag = tagOf();
    fs.utimesSync(path.join(folder, "api/index.txt"), 1, 1);
    fs.chmodSync(path.join(folder, "api/index.txt"), 0o600);
    expect(tagOf()).toBe(tag);
  });

  test.each<readonly [string, () => void]>([
    ["a changed file", () => fs.appendFileSync(path.join(folder, "api/index.txt"), " ")],
    ["a renamed file", () => fs.renameSync(path.join(folder, "api/index.txt"), path.join(folder, "api/main.txt"))],
    ["a new file", () => fs.writeFileSync(path.join(folder, "api/chunks/new.txt"), "")],
    ["a changed Dockerfile", () => fs.appendFileSync(path.join(folder, "api/Dockerfile"), "CMD []\n")],
    [
      "bytes that move from one file to the next",
      () => {
        const bytes = fs.readFileSync(path.join(folder, "api/index.txt"));
        fs.writeFileSync(path.join(folder, "api/index.txt"), bytes.subarray(1));
        fs.appendFileSync(path.join(folder, "api/chunks/chunk.txt"), bytes.subarray(0, 1));
      },
    ],
  ])("has another tag after %s", (_what, change) => {
    const tag = tagOf();
    change();
    expect(tagOf()).not.toBe(tag);
  });

  test("has another tag for another architecture", () => {
    expect(tagOf("x86_64")).not.toBe(tagOf("arm64"));
  });

  test("is deployed by the digest that the push answered", () => {
    const source = image({ folder, imageDigest: undefined }, environment);
    const repository = "123456789012.dkr.ecr.ap-northeast-1.amazonaws.com/blogapp-staging-api";
    expect(synthesizeValue((scope) => source(scope, "api"))).toEqual({
      packageType: "Image",
      imageUri: `${repository}@\${docker_registry_image.image_push.sha256_digest}`,
    });
  });

  test("refuses a folder without a build, and says what to run", () => {
    fs.rmSync(path.join(folder, "api"), { recursive: true });
    expect(() => built()).toThrow(/api\/Dockerfile is missing: run `node build\.mjs`\.$/);
  });
});

describe("an image that is there already", () => {
  test("is deployed by its digest; nothing is built, and what was built before is forgotten without asking Docker", () => {
    let uri: string | undefined;
    const stack = synthesizeAlone((scope) => {
      uri = image({ folder: "/nowhere", imageDigest: digest }, environment)(scope, "api").imageUri;
    });
    expect(uri).toBe(`123456789012.dkr.ecr.ap-northeast-1.amazonaws.com/blogapp-staging-api@${digest}`);
    expect(stack).toMatchObject({
      provider: { docker: [{ disable_docker_daemon_check: true }] },
      removed: [
        { from: "docker_image.image", lifecycle: { destroy: false } },
        { from: "docker_registry_image.image_push", lifecycle: { destroy: false } },
      ],
    });
    expect(stack).not.toHaveProperty("resource");
  });

  test.each(["latest", "sha256:abc", digest.toUpperCase(), `${digest}0`, `repository@${digest}`, ""])(
    "refuses the digest %j",
    (imageDigest) => {
      expect(() => image({ folder, imageDigest }, environment)).toThrow(
        `The image digest "${imageDigest}" must be "sha256:" and 64 hexadecimal digits, as the registry shows it.`,
      );
    },
  );
});

test("the Dockerfile only copies: nothing has to run on the other architecture, and no variable is set", () => {
  const instructions = fs
    .readFileSync("api/Dockerfile", "utf8")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));
  expect(instructions).toEqual([
    "ARG BASE_IMAGE",
    `FROM \${BASE_IMAGE}`,
    `COPY --chmod=755 . \${LAMBDA_TASK_ROOT}/`,
    'CMD ["index.handler"]',
  ]);
});

describe("an image that is assembled", () => {
  const { locked, pinned } = baseImage();
  const base = checkBase(locked, pinned);
  const lockedBases = { arm64: base, x86_64: base };
  const assembled = (from = folder) => {
    const source = image({ folder: from, imageDigest: undefined, lockedBases }, environment);
    return synthesizeValue((scope) => source(scope, "api"));
  };

  test("is deployed by a digest that synthesis knows, and Docker has no part in it", () => {
    const { digest } = assembleImage(readBundle(path.join(folder, "api")), base);
    expect(assembled()).toMatchObject({
      imageUri: `123456789012.dkr.ecr.ap-northeast-1.amazonaws.com/blogapp-staging-api@${digest}`,
    });
    const stack = synthesizeAlone((scope) => {
      image({ folder, imageDigest: undefined, lockedBases }, environment)(scope, "api");
    });
    expect(stack).toMatchObject({
      removed: [{ from: "docker_image.image" }, { from: "docker_registry_image.image_push" }],
    });
    expect(stack).not.toHaveProperty("resource");
  });

  test("gives way to a digest", () => {
    const source = image({ folder: "/nowhere", imageDigest: digest, lockedBases }, environment);
    expect(synthesizeValue((scope) => source(scope, "api"))).toMatchObject({
      imageUri: expect.stringMatching(`@${digest}$`),
    });
  });

  test("has another digest after a changed file", () => {
    const before = assembled();
    fs.appendFileSync(path.join(folder, "api/index.txt"), " ");
    expect(assembled()).not.toEqual(before);
  });

  test("refuses a folder without a build, and says what to run", () => {
    fs.rmSync(path.join(folder, "api"), { recursive: true });
    expect(() => assembled()).toThrow(/api\/Dockerfile is missing: run `node build\.mjs`\.$/);
  });
});
