/** What a deployment does about its image where there is no Docker, and what a plan that was kept elsewhere does. */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { here } from "../../../commands/clone/stacks";
import { imageFor, imageForElsewhere, keptImage } from "../../../commands/deployment/image";
import { type Context, contextOf } from "../../../commands/environment/context";
import { anonymous } from "../../../commands/image/registry/credentials";
import { Registry } from "../../../commands/image/registry/registry";
import { Terminal } from "../../../commands/terminal/terminal";
import { type Base, bases } from "../../../image/bases";
import { readBundle } from "../../../image/bundle";
import { contentTag, digestTag } from "../../../image/tags";
import { systemClock } from "../../../local/shared/clock";
import { baseImage } from "../../support/base-image";
import { describeWhere } from "../../support/describe-where";
import { FakeHost } from "../../support/doubles/host";
import {
  type DockerRegistry,
  missingPrograms,
  startDockerRegistry,
} from "../../support/doubles/registry/docker-registry";
import { type Ecr, startEcr } from "../../support/doubles/registry/ecr";
import { type PublicRegistry, startPublicRegistry } from "../../support/doubles/registry/public";
import { publishBase } from "../../support/doubles/registry/publish";
import { artifacts } from "../../support/staging";

const missing = missingPrograms("docker-registry");

const account = "123456789012";
const staging = "blogapp-staging-api";
const production = "blogapp-production-api";

/** Holds what the public registry and ECR have. */
let storage: DockerRegistry;
let publicRegistry: PublicRegistry;
let ecr: Ecr;
let root: string;
let pinned: Record<"arm64" | "x86_64", Base>;
const variables = { ...process.env };

beforeAll(async () => {
  if (missing.length > 0) return;
  storage = await startDockerRegistry();
  publicRegistry = await startPublicRegistry(storage.url);
  const publish = (platform: string) => publishBase(storage.url, publicRegistry.host, baseImage({ platform }));
  pinned = { arm64: await publish(bases.arm64.platform), x86_64: await publish(bases.x86_64.platform) };
});
afterAll(async () => {
  if (missing.length > 0) return;
  await publicRegistry.stop();
  await storage.stop();
});
beforeEach(async () => {
  ecr = await startEcr(storage.url, { account, repositories: [staging, production] });
  root = fs.mkdtempSync(path.join(os.tmpdir(), "terrace-elsewhere-"));
  fs.cpSync(path.join(artifacts.folder, "api"), path.join(root, "dist/api"), { recursive: true });
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: ecr.api,
    AWS_ACCESS_KEY_ID: "AKIAEXAMPLE",
    AWS_SECRET_ACCESS_KEY: "a-secret-of-the-tests",
  });
});
afterEach(async () => {
  process.env = { ...variables };
  await ecr.stop();
  for (const name of [staging, production]) storage.forget(name);
  fs.rmSync(root, { recursive: true });
});

function contextFor(name: string, env: Record<string, string> = {}): Promise<Context> {
  const host = new FakeHost({ env: { TERRACE_ACCOUNT_ID: account, ...env } });
  const run = { terminal: new Terminal(host), signal: new AbortController().signal };
  const clone = { ...here, root, synthesize: () => undefined };
  return contextOf(name, run, { host, clone, clock: systemClock, leftovers: async () => [] });
}
const withoutDocker = async (name: string) => imageForElsewhere(await contextFor(name), pinned);
const kept = async (name: string, digest: string) => keptImage(await contextFor(name), digest, pinned);
/** Returns the digest that a repository has under a tag. */
const find = (repository: string, tag: string) =>
  new Registry({ url: storage.url, credentials: anonymous() }).find(repository, tag);
const content = () => contentTag(readBundle(path.join(root, "dist/api")), pinned.arm64);

describeWhere(missing, "an image without Docker", () => {
  test("is assembled where no registry has it, and nothing is pushed before it is asked for", async () => {
    const { digest = "", provide } = await withoutDocker("staging");
    expect(digest).toMatch(/^sha256:/);
    expect(await find(staging, digestTag(digest))).toBeUndefined();
    await provide?.();
    expect(await find(staging, digestTag(digest))).toBe(digest);
  });

  test("has the tag of its content too, so that Docker builds no second one of the same sources", async () => {
    const { digest, provide } = await withoutDocker("staging");
    await provide?.();
    expect(await find(staging, content())).toBe(digest);
    const neverAsked = () => {
      throw new Error("Docker was asked.");
    };
    const found = await imageFor(await contextFor("staging"), { hasDocker: neverAsked, pinned });
    expect(found.digest).toBe(digest);
  });

  test("is the same for every environment", async () => {
    const [one, other] = [await withoutDocker("staging"), await withoutDocker("production")];
    expect(one.digest).toBe(other.digest);
  });

  test("is left to Docker where Docker answers", async () => {
    const image = await imageFor(await contextFor("staging"), { hasDocker: () => true, pinned });
    expect(Object.keys(image)).toEqual(["settle"]);
  });

  test("is the one that somebody named", async () => {
    const context = await contextFor("staging", { TERRACE_IMAGE_DIGEST: "sha256:named" });
    expect(await imageForElsewhere(context, pinned)).toEqual({ digest: "sha256:named" });
  });

  test("is an error with a remedy where the base cannot be fetched", async () => {
    const gone = {
      ...pinned,
      arm64: { ...pinned.arm64, reference: pinned.arm64.reference.replace(/.{64}$/, "0".repeat(64)) },
    };
    await expect(imageForElsewhere(await contextFor("staging"), gone)).rejects.toThrow(
      /image: is in no repository, and its base cannot be had to assemble it .*once `npx terrace image lock`/,
    );
  });
});

describeWhere(missing, "the image of a kept plan", () => {
  test("is there, and nothing is to be brought", async () => {
    const { digest = "", provide } = await withoutDocker("staging");
    await provide?.();
    expect(await kept("staging", digest)).toEqual({ digest });
  });

  test("is assembled again from the same sources, and pushed", async () => {
    const { digest = "" } = await withoutDocker("staging");
    const { provide } = await kept("staging", digest);
    await provide?.();
    expect(await find(staging, digestTag(digest))).toBe(digest);
  });

  test("is copied from the environment in which it was proven", async () => {
    const { digest = "", provide } = await withoutDocker("staging");
    await provide?.();
    fs.writeFileSync(path.join(root, "dist/api/more.txt"), "other sources");
    const copied = await kept("production", digest);
    await copied.provide?.();
    expect(await find(production, digestTag(digest))).toBe(digest);
  });

  test("is refused if it is nowhere and these sources make another one", async () => {
    const { digest = "" } = await withoutDocker("staging");
    fs.writeFileSync(path.join(root, "dist/api/more.txt"), "other sources");
    await expect(kept("staging", digest)).rejects.toThrow(
      `image: "${digest}" is in no repository, and these sources make sha256:`,
    );
  });
});
