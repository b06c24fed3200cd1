import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import timers from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, expect, jest, test } from "@jest/globals";
import { addImageCommand } from "../../../commands/image";
import { anonymous } from "../../../commands/image/registry/credentials";
import { Registry } from "../../../commands/image/registry/registry";
import { LOCK_FILE } from "../../../image/base-lock";
import { type Base, bases } from "../../../image/bases";
import { digestOf } from "../../../image/digest";
import type { Manifest } from "../../../image/manifest";
import { digestTag } from "../../../image/tags";
import { baseImage } from "../../support/base-image";
import { describeWhere } from "../../support/describe-where";
import { FakeHost } from "../../support/doubles/host";
import {
  type DockerRegistry,
  missingPrograms,
  startDockerRegistry,
} from "../../support/doubles/registry/docker-registry";
import { type Ecr, type EcrSettings, startEcr } from "../../support/doubles/registry/ecr";
import type { Manners } from "../../support/doubles/registry/front";
import { type PublicRegistry, startPublicRegistry } from "../../support/doubles/registry/public";
import { publishBase } from "../../support/doubles/registry/publish";
import { artifacts } from "../../support/staging";

const missing = missingPrograms("docker-registry");

const account = "123456789012";
const repository = "blogapp-staging-api";

const other = "blogapp-development-api";

/** Holds what the public registry and ECR have. */
let storage: DockerRegistry;
let publicRegistry: PublicRegistry;
let publicManners: Manners | undefined;
let basesThere: Record<"arm64" | "x86_64", Base>;
let ecr: Ecr;
let root: string;
let pinned: Record<"arm64" | "x86_64", Base>;
/** How long was waited before each request that was sent again. */
let pauses: unknown[];
const variables = { ...process.env };

beforeAll(async () => {
  if (missing.length > 0) return;
  storage = await startDockerRegistry();
  publicRegistry = await startPublicRegistry(storage.url, (exchange) => publicManners?.(exchange));
  const publish = (platform: string) => publishBase(storage.url, publicRegistry.host, baseImage({ platform }));
  basesThere = { arm64: await publish(bases.arm64.platform), x86_64: await publish(bases.x86_64.platform) };
});
afterAll(async () => {
  if (missing.length > 0) return;
  await publicRegistry.stop();
  await storage.stop();
});
beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), "terrace-push-"));
  fs.cpSync(path.join(artifacts.folder, "api"), path.join(root, "dist/api"), { recursive: true });
  fs.mkdirSync(path.join(root, "image"));
  pinned = basesThere;
  publicManners = undefined;
  pauses = [];
  jest.spyOn(timers, "setTimeout").mockImplementation(async (milliseconds) => void pauses.push(milliseconds));
});
afterEach(async () => {
  jest.restoreAllMocks();
  process.env = { ...variables };
  await ecr.stop();
  for (const name of [repository, other]) storage.forget(name);
  fs.rmSync(root, { recursive: true });
});

/** Starts ECR, of which nothing was asked so far. */
async function setUp(settings: Partial<EcrSettings> = {}): Promise<void> {
  ecr = await startEcr(storage.url, { account, repositories: [repository], ...settings });
  process.env = {
    ...process.env,
    AWS_ENDPOINT_URL: ecr.api,
    AWS_ACCESS_KEY_ID: "AKIAEXAMPLE",
    AWS_SECRET_ACCESS_KEY: "a-secret-of-the-tests",
    AWS_REGION: "ap-northeast-1",
  };
}

async function terrace(...words: readonly string[]): Promise<FakeHost> {
  const host = new FakeHost({ env: { TERRACE_ACCOUNT_ID: account } });
  return host.run((program) => addImageCommand(program, { host, root, bases: pinned }), "image", ...words);
}

const json = (host: FakeHost) => JSON.parse(host.stdout.text);
const lines = (host: FakeHost) => host.stdout.text.trim().split("\n");
const puts = () => ecr.registry.exchanges.filter(({ method }) => method === "PUT").map(({ path }) => path);

describeWhere(missing, "an assembled image", () => {
  test("is locked, shown, pushed and shown again", async () => {
    await setUp();
    const locked = await terrace("lock", "--json");
    expect(locked.stderr.text).toBe("");
    expect(json(locked)).toEqual({
      file: LOCK_FILE,
      changed: true,
      bases: [pinned.arm64.reference, pinned.x86_64.reference],
    });
    const before = await terrace("show", "staging", "--json");
    expect(before.exitCode).toBe(2);
    const { digest } = json(before);
    expect(json(before)).toEqual({
      environment: "staging",
      repository,
      way: "assembled",
      tag: digestTag(digest),
      digest,
      pushed: false,
    });
    const pushed = await terrace("push", "staging", "--yes", "--json");
    expect(
      pushed.stderr.text
        .replaceAll(/[0-9a-f]{12,}/g, "…")
        .trim()
        .split("\n"),
    ).toEqual([
      `This will push the image sha256:… to ${repository}: environment staging, account …, region ap-northeast-1.`,
      "  sha256:… (0.0 MB) sent",
      "  sha256:… (0.0 MB) sent",
      "  sha256:… (0.0 MB) sent",
    ]);
    expect(json(pushed)).toEqual({ environment: "staging", repository, digest, outcome: "pushed" });
    const after = await terrace("show", "staging");
    expect(after.exitCode).toBe(0);
    expect(lines(after)).toEqual([
      "The image is assembled, as image/lock.json lets it be.",
      `${repository} has it: ${digestTag(digest)} is ${digest}.`,
    ]);
  });

  test("is sent once: what the repository has is not sent again", async () => {
    await setUp();
    await terrace("lock");
    const { digest } = json(await terrace("push", "staging", "--yes", "--json"));
    const sent = puts().length;
    expect(sent).toBe(4);
    expect(json(await terrace("push", "staging", "--json"))).toMatchObject({ digest, outcome: "there" });
    expect(puts().length).toBe(sent);
    // Another bundle has another layer and another configuration, on the same base.
    fs.appendFileSync(path.join(root, "dist/api/index.txt"), " ");
    expect(json(await terrace("push", "staging", "--yes", "--json")).outcome).toBe("pushed");
    expect(puts().length).toBe(sent + 3);
  });

  test("is as good if its tag cannot be pushed again and another did so meanwhile", async () => {
    let meanwhile = false;
    const own: Manners = async ({ method, path: at }) => {
      if (method !== "PUT" || !at.includes("/manifests/") || meanwhile) return undefined;
      meanwhile = true;
      return { path: at, status: 500 };
    };
    await setUp({ immutable: true, own });
    await terrace("lock");
    const { digest } = json(await terrace("push", "staging", "--yes", "--json"));
    expect(json(await terrace("show", "staging", "--json"))).toMatchObject({ digest, pushed: true });
  });

  test("is pushed with a new token if the first one expires on the way", async () => {
    let requests = 0;
    await setUp({
      own: () => {
        if (++requests === 3) ecr.expireTokens();
        return undefined;
      },
    });
    await terrace("lock");
    expect((await terrace("push", "staging", "--yes")).exitCode).toBe(0);
    expect(ecr.calls.filter((call) => call === "GetAuthorizationToken").length).toBe(2);
  });

  test.each(["GET", "HEAD", "POST", "PUT"])(
    "is pushed in spite of a %s that breaks off and one that is refused",
    async (method) => {
      let requests = 0;
      await setUp({
        own: (exchange) => {
          if (exchange.method !== method) return undefined;
          requests++;
          if (requests === 1) return { cutAfter: method === "PUT" ? 10 : -1 };
          return requests === 2
            ? { status: 503, headers: { "retry-after": "0" }, body: "Service Unavailable" }
            : undefined;
        },
      });
      await terrace("lock");
      const pushed = await terrace("push", "staging", "--yes");
      expect([pushed.stderr.text, pushed.exitCode]).toEqual(["", 0]);
      expect((await terrace("show", "staging")).exitCode).toBe(0);
    },
  );

  test("is refused where the environment has no repository yet, with the command that makes it", async () => {
    await setUp({ repositories: [] });
    await terrace("lock");
    const pushed = await terrace("push", "staging", "--yes");
    expect(pushed.exitCode).toBe(1);
    expect(pushed.stderr.text).toBe(
      `Error: image repository: "${repository}" does not exist in account ${account}, region ap-northeast-1; make it first: npx cdktf deploy staging-ecr\n`,
    );
  });

  test("is not pushed unless somebody says yes", async () => {
    await setUp();
    await terrace("lock");
    expect((await terrace("push", "staging")).exitCode).toBe(3);
    expect(puts()).toEqual([]);
  });

  test("takes layers from the repository of another environment, where the account allows it", async () => {
    await setUp({ repositories: [repository, other], blobMounting: true });
    await terrace("lock");
    await terrace("push", "development", "--yes");
    const fetched = publicRegistry.front.exchanges.length;
    const taken = ecr.registry.taken();
    const pushed = await terrace("push", "staging", "--yes");
    expect(lines(pushed).filter((line) => line.endsWith("taken from another repository")).length).toBe(3);
    expect(publicRegistry.front.exchanges.length).toBe(fetched);
    expect(ecr.registry.taken() - taken).toBeLessThan(1000);
  });

  test("sends all layers where the account does not let repositories share them", async () => {
    await setUp({ repositories: [repository, other] });
    await terrace("lock");
    await terrace("push", "development", "--yes");
    const pushed = await terrace("push", "staging", "--yes");
    expect(lines(pushed).filter((line) => line.endsWith(") sent")).length).toBe(3);
  });
});

describeWhere(missing, "what the public registry has", () => {
  test("is locked once: the same again changes nothing", async () => {
    await setUp();
    await terrace("lock");
    const before = fs.readFileSync(path.join(root, LOCK_FILE), "utf8");
    expect(json(await terrace("lock", "--json")).changed).toBe(false);
    expect(fs.readFileSync(path.join(root, LOCK_FILE), "utf8")).toBe(before);
  });

  test("is refused if it is not what the digest says, and the old lock stays", async () => {
    let damaged = false;
    publicManners = ({ path: at }) =>
      damaged && at.includes("/manifests/") ? { status: 200, body: '{"schemaVersion":2}' } : undefined;
    await setUp();
    await terrace("lock");
    damaged = true;
    const lock = await terrace("lock");
    expect(lock.exitCode).toBe(1);
    expect(lock.stderr.text).toMatch(/^Error: the manifest lambda\/nodejs@sha256:\w{64}: came as sha256:\w{64}; /);
    expect((await terrace("show", "staging")).exitCode).toBe(2);
  });

  test("is asked for anew if a layer comes damaged or broken off", async () => {
    const broken = [
      { status: 200, body: "half" },
      { status: 502, body: "Bad Gateway" },
    ];
    let locked = false;
    publicManners = ({ path: at }) => (locked && at.includes("/blobs/") ? broken.shift() : undefined);
    await setUp();
    await terrace("lock");
    locked = true;
    expect((await terrace("push", "staging", "--yes")).exitCode).toBe(0);
    expect(broken).toEqual([]);
  });

  test("is named if it cannot be reached in six tries, with pauses that double", async () => {
    await setUp();
    const reference = `127.0.0.1:9/lambda/nodejs:24@${digestOf("")}`;
    pinned = { ...pinned, x86_64: { ...pinned.x86_64, reference } };
    jest.spyOn(Math, "random").mockReturnValue(1);
    const lock = await terrace("lock");
    expect(lock.stderr.text).toMatch(/^Error: 127\.0\.0\.1:9: cannot be reached or broke off: /);
    expect(pauses).toEqual([500, 1000, 2000, 4000, 8000]);
  });
});

describeWhere(missing, "an image that Docker built", () => {
  /** Pushes an image as Docker does, under the tag of its content. */
  async function built(into: string): Promise<{ readonly tag: string; readonly digest: string }> {
    const { tag } = json(await terrace("show", "staging", "--json"));
    const { locked, layer } = baseImage({ changeConfig: (config) => ({ ...config, created: "2026-11-11T00:00:00Z" }) });
    const registry = new Registry({ url: storage.url, credentials: anonymous() });
    const manifest: Manifest = JSON.parse(locked.manifest);
    await registry.push(into, { blob: manifest.config, open: async () => Buffer.from(locked.config) });
    for (const blob of manifest.layers) await registry.push(into, { blob, open: async () => layer });
    const bytes = Buffer.from(locked.manifest);
    await registry.putManifest(into, tag, { mediaType: manifest.mediaType ?? "", bytes, digest: digestOf(bytes) });
    return { tag, digest: digestOf(bytes) };
  }

  test("is found by its content, and gets the tag of its digest", async () => {
    await setUp();
    const { tag, digest } = await built(repository);
    expect(json(await terrace("show", "staging", "--json"))).toMatchObject({
      way: "docker",
      tag,
      digest,
      pushed: true,
    });
    expect(json(await terrace("push", "staging", "--json"))).toMatchObject({ digest, outcome: "there" });
    const registry = new Registry({ url: storage.url, credentials: anonymous() });
    expect(await registry.find(repository, digestTag(digest))).toBe(digest);
  });

  test("is copied from the repository of another environment, and is then found by its content too", async () => {
    await setUp({ repositories: [repository, other] });
    const { tag, digest } = await built(other);
    expect(json(await terrace("push", "staging", "--yes", "--json"))).toMatchObject({
      digest,
      outcome: "copied",
      from: "development",
    });
    expect(json(await terrace("show", "staging", "--json"))).toMatchObject({ tag, digest, pushed: true });
  });

  test("is copied by its digest, whatever the sources are now", async () => {
    await setUp({ repositories: [repository, other] });
    const { digest } = await built(other);
    fs.appendFileSync(path.join(root, "dist/api/index.txt"), " ");
    const words = ["push", "staging", "--from", "development", "--digest", digest, "--yes", "--json"];
    expect(json(await terrace(...words))).toMatchObject({ digest, outcome: "copied" });
    expect(json(await terrace(...words))).toMatchObject({ digest, outcome: "there" });
  });

  test("is not made here: where no repository has it, Docker builds it in a deployment", async () => {
    await setUp();
    const pushed = await terrace("push", "staging", "--yes");
    expect(pushed.exitCode).toBe(1);
    expect(pushed.stderr.text).toMatch(
      /^Error: image: "content-\w{64}" is in no repository, and Docker builds it in a deployment; deploy with Docker, npx cdktf deploy staging, or do without it: npx terrace image lock\n$/,
    );
  });

  test.each([
    [["--digest", "latest"], '"latest" needs --from'],
    [["--digest", "latest", "--from", "development"], '"latest" is no digest'],
  ])("is not copied by %j", async (words, mistake) => {
    await setUp();
    expect((await terrace("push", "staging", ...words)).stderr.text).toContain(`--digest: ${mistake}; `);
  });
});
