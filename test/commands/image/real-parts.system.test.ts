/**
 * The image on real parts: Debian's registry, buildah following the very Dockerfile, skopeo reading what was pushed, and
 * the image unpacked and run on the Node.js of Lambda. Commands are typed in a clone, as a user would.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { Config, Manifest } from "../../../image/manifest";
import { describeWhere } from "../../support/describe-where";
import { urlEvent } from "../../support/doubles/events";
import { Buildah } from "../../support/doubles/registry/buildah";
import {
  type DockerRegistry,
  missingPrograms,
  startDockerRegistry,
} from "../../support/doubles/registry/docker-registry";
import { type Ecr, startEcr } from "../../support/doubles/registry/ecr";
import { type PublicRegistry, startPublicRegistry } from "../../support/doubles/registry/public";
import { makeRoot, pushStandIn } from "../../support/doubles/registry/stand-in-base";
import { startRuntimeApi } from "../../support/doubles/runtime-api";
import { node24 } from "../../support/node-24";
import { copyProject } from "../../support/project-copy";

const account = "123456789012";
const repository = "blogapp-staging-api";
const processor = process.arch === "arm64" ? "arm64" : "amd64";

const missing = [
  ...missingPrograms("docker-registry", "skopeo", "buildah"),
  ...(process.platform === "linux" && process.getuid?.() === 0
    ? []
    : ["only root on Linux may change its root folder"]),
];

let folder: string;
let clone: string;
let buildah: Buildah;
let storage: DockerRegistry;
let publicStorage: DockerRegistry;
let publicRegistry: PublicRegistry;
let ecr: Ecr;
let digest: string;
/** Ends a push that is under way when a request comes; told the number of the request. */
let onRequest: (count: number) => void = () => undefined;
let requests = 0;

beforeAll(async () => {
  if (missing.length > 0) return;
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "terrace-real-parts-"));
  buildah = new Buildah();
  storage = await startDockerRegistry();
  publicStorage = await startDockerRegistry();
  publicRegistry = await startPublicRegistry(publicStorage.url);
  ecr = await startEcr(storage.url, {
    account,
    repositories: [repository],
    own: () => {
      onRequest(++requests);
      return undefined;
    },
  });
  const root = path.join(folder, "base");
  makeRoot(root);
  const place = `${new URL(publicStorage.url).host}/lambda/nodejs`;
  const pins = (["arm64", "amd64"] as const).map((architecture) =>
    pushStandIn(buildah, root, architecture, `${place}:24-${architecture}`).replace(
      place,
      `${publicRegistry.host}/lambda/nodejs`,
    ),
  );
  clone = makeClone("clone", pins);
});
afterAll(async () => {
  if (missing.length > 0) return;
  await ecr.stop();
  await publicRegistry.stop();
  await storage.stop();
  await publicStorage.stop();
  buildah.remove();
  fs.rmSync(folder, { recursive: true });
});

/** Makes a clone that pins the stand-in base images, and whose staging has the processor of this machine. */
function makeClone(name: string, [arm64 = "", x86_64 = ""]: readonly string[]): string {
  const to = path.join(folder, name);
  copyProject(to);
  const edit = (file: string, change: (text: string) => string) =>
    fs.writeFileSync(path.join(to, file), change(fs.readFileSync(path.join(to, file), "utf8")));
  edit("image/bases.ts", (code) =>
    code.replace(/"public[^"]+24-arm64@[^"]+"/, `"${arm64}"`).replace(/"public[^"]+24@[^"]+"/, `"${x86_64}"`),
  );
  edit("environments/staging.ts", (code) =>
    code.replace('architecture: "arm64"', `architecture: "${processor === "arm64" ? "arm64" : "x86_64"}"`),
  );
  return to;
}

const variables = (): NodeJS.ProcessEnv => ({
  ...process.env,
  TERRACE_ACCOUNT_ID: account,
  AWS_ENDPOINT_URL: ecr.api,
  AWS_ACCESS_KEY_ID: "AKIAEXAMPLE",
  AWS_SECRET_ACCESS_KEY: "a-secret-of-the-tests",
  NODE_ENV: "production",
});

/** Starts a program in the clone. The registries are in this process, so it must not wait for it. */
function start(program: string, ...words: readonly string[]): ChildProcess {
  return spawn(program, words, { cwd: clone, env: variables(), stdio: ["ignore", "pipe", "pipe"] });
}

/** Runs a program in the clone, and returns what it printed. Throws if it fails. */
async function run(program: string, ...words: readonly string[]): Promise<string> {
  const child = start(program, ...words);
  if (!child.stdout || !child.stderr) throw new Error("the program prints nowhere");
  const [printed, errors, [status]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
  // 2 asks somebody to look.
  if (status !== 0 && status !== 2) throw new Error(`${program} ${words.join(" ")} ended with ${status}:\n${errors}`);
  return printed;
}

const terrace = async (...words: readonly string[]) =>
  JSON.parse(await run("node", "commands/terrace.mjs", "image", ...words, "--json"));

/** Synthesizes the clone, and returns the image of staging's API. */
async function synthesized(program: string, ...words: readonly string[]): Promise<string> {
  await run(program, ...words, "dist/main.cjs");
  const stack = JSON.parse(fs.readFileSync(path.join(clone, "cdktf.out/stacks/staging/cdk.tf.json"), "utf8"));
  return stack.resource.aws_lambda_function.api.image_uri;
}

const image = () => `docker://${new URL(storage.url).host}/${repository}@${digest}`;
const skopeo = (...words: readonly string[]) => run("skopeo", ...words);

/** Unpacks the last layers of an image into a folder, the lowest first. */
async function unpack(reference: string, to: string, only = 0): Promise<{ readonly config: Started }> {
  const copy = fs.mkdtempSync(path.join(folder, "copy-"));
  await skopeo("copy", "--quiet", "--src-tls-verify=false", reference, `dir:${copy}`);
  const read = (name: string) => JSON.parse(fs.readFileSync(path.join(copy, name), "utf8"));
  const { layers, config }: Manifest = read("manifest.json");
  fs.mkdirSync(to, { recursive: true });
  for (const layer of layers.slice(-only))
    execFileSync("tar", ["-xzpf", path.join(copy, layer.digest.replace("sha256:", "")), "-C", to]);
  return read(config.digest.replace("sha256:", ""));
}
type Started = Config["config"] & { readonly Cmd?: readonly string[]; WorkingDir?: string; User?: string };

/** Lists everything in a folder: kind, mode, owner, name and the hash of the content. */
function listed(root: string): string[] {
  const script = "find . -printf '%y %m %U:%G %P\\n' | sort -k4; find . -type f -exec sha256sum {} + | sort -k2";
  return execFileSync("sh", ["-c", script], { cwd: root, encoding: "utf8" }).trim().split("\n");
}

describeWhere(missing, "the image, on real parts", () => {
  test("is locked, and synthesis knows its digest, on this Node.js as on Lambda's, here as in another clone", async () => {
    expect(await terrace("lock")).toMatchObject({ changed: true });
    const shown = await terrace("show", "staging");
    expect(shown).toMatchObject({ way: "assembled", pushed: false });
    digest = shown.digest;
    const uri = `${account}.dkr.ecr.ap-northeast-1.amazonaws.com/${repository}@${digest}`;
    expect(await synthesized("node")).toBe(uri);
    expect(await synthesized(node24())).toBe(uri);

    const [first, lock] = [clone, fs.readFileSync(path.join(clone, "image/lock.json"))];
    const pins = ["arm64", "x86_64"].map((name) => JSON.parse(lock.toString())[name].reference);
    clone = makeClone("another clone", pins);
    fs.rmSync(path.join(clone, "dist"), { recursive: true });
    fs.writeFileSync(path.join(clone, "image/lock.json"), lock);
    await run("node", "build.mjs");
    expect(await synthesized("node")).toBe(uri);
    clone = first;
  });

  test("is pushed whole, though each push before was killed at its next request", async () => {
    const sent = new Map<string, number>();
    let killed = 0;
    for (let limit = 1; ; limit++) {
      requests = 0;
      const child = start("node", "dist/commands/terrace.cjs", "image", "push", "staging", "--yes");
      onRequest = (count) => {
        if (count === limit) child.kill("SIGKILL");
      };
      const [status] = await once(child, "exit");
      if (status === 0) break;
      killed++;
    }
    onRequest = () => undefined;
    for (const { method, path: at } of ecr.registry.exchanges)
      if (method === "PUT") sent.set(at.replace(/.*digest=/, ""), (sent.get(at.replace(/.*digest=/, "")) ?? 0) + 1);
    expect(killed).toBeGreaterThan(8);
    // A blob that was sent to the end is not sent again; the one that was cut off is.
    for (const [what, times] of sent) expect([what, times <= 3]).toEqual([what, true]);
    expect(await terrace("show", "staging")).toMatchObject({ digest, pushed: true });
    const taken = ecr.registry.taken();
    expect(await terrace("push", "staging")).toMatchObject({ digest, outcome: "there" });
    expect(ecr.registry.taken()).toBe(taken);
  });

  test("is read by skopeo, down to every layer", async () => {
    const raw: Manifest = JSON.parse(await skopeo("inspect", "--raw", "--tls-verify=false", image()));
    const seen = JSON.parse(await skopeo("inspect", "--tls-verify=false", image()));
    expect(seen).toMatchObject({
      Digest: digest,
      Os: "linux",
      Architecture: processor,
      Created: "1980-01-01T00:00:00Z",
    });
    expect(seen.Layers).toEqual(raw.layers.map((layer) => layer.digest));
    expect(seen.RepoTags).toEqual([digest.replace(":", "-")]);
    // It checks the digest of each layer and of what is in it.
    await skopeo("copy", "--quiet", "--src-tls-verify=false", image(), `oci:${path.join(folder, "oci")}:api`);
  });

  test("has the same layer as buildah makes with the Dockerfile", async () => {
    const { x86_64, arm64 } = JSON.parse(fs.readFileSync(path.join(clone, "image/lock.json"), "utf8"));
    const base = (processor === "arm64" ? arm64 : x86_64).reference.replace(
      publicRegistry.host,
      new URL(publicStorage.url).host,
    );
    const built = `${new URL(publicStorage.url).host}/built`;
    const arguments_ = [
      "--build-arg",
      `BASE_IMAGE=${base}`,
      "--arch",
      processor,
      "--tls-verify=false",
      "--format",
      "docker",
    ];
    // Whoever bundled the files may have any mask.
    execFileSync("chmod", ["-R", "go-rwx", path.join(clone, "dist/api")]);
    buildah.run("build", ...arguments_, "--tag", built, path.join(clone, "dist/api"));
    buildah.run("push", "--tls-verify=false", built, `docker://${built}:latest`);
    const [ours, theirs] = [path.join(folder, "ours"), path.join(folder, "theirs")];
    const { config } = await unpack(image(), ours, 1);
    const { config: other } = await unpack(`docker://${built}:latest`, theirs, 1);
    expect(listed(ours)).toEqual(listed(theirs));
    // Buildah also writes its version into the configuration, and the name of a container.
    const started = ({ Entrypoint, Cmd, Env, WorkingDir, User }: Started) => [Entrypoint, Cmd, Env, WorkingDir, User];
    expect(started(config)).toEqual(started(other));
  });

  test("answers an event when it runs as Lambda runs it: as nobody, on Node.js 24, with a runtime client", async () => {
    const root = path.join(folder, "root");
    const { config } = await unpack(image(), root);
    const runtime = await startRuntimeApi(urlEvent("GET", "/health"));
    const names = ["POSTS", "COMMENTS", "FAVORITES"].map((name) => `APP_DYNAMODB_TABLE_${name}`);
    const tables = [
      ...names,
      "DYNAMODB_CONNECTION_TALLY_TABLE",
      "DYNAMODB_TICKETS_TABLE",
      "DYNAMODB_WEBSOCKET_USERS_TABLE",
    ];
    const child = spawn(
      // The image has a path of its own.
      "/usr/sbin/chroot",
      ["--userspec=65534:65534", root, ...(config.Entrypoint ?? []), ...(config.Cmd ?? [])],
      {
        stdio: ["ignore", "inherit", "inherit"],
        env: {
          ...Object.fromEntries((config.Env ?? []).map((entry) => entry.split(/=(.*)/s).slice(0, 2))),
          ...Object.fromEntries(tables.map((name) => [name, "none"])),
          NODE_ENV: "production",
          AWS_LAMBDA_RUNTIME_API: runtime.host,
          AWS_REGION: "ap-northeast-1",
          AWS_LAMBDA_FUNCTION_NAME: repository,
          AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
          AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "512",
          AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${repository}`,
          AWS_LAMBDA_LOG_STREAM_NAME: "1",
          APP_ENVIRONMENT: "staging",
          HOME: "/tmp",
          // There is no AWS to warm up with.
          LOG_LEVEL: "ERROR",
          FIREBASE_PROJECT_ID: "blogapp-staging",
          SIGNING_KEY_ID: "arn:aws:kms:ap-northeast-1:123456789012:key/none",
          API_DOCS: "off",
          APP_SERVERLESS_WEBSOCKET_ENDPOINT: "http://127.0.0.1:9/staging/broadcast/comments",
          WEBSOCKET_URL: "wss://ws.example/staging",
        },
      },
    );
    const ended = once(child, "exit").then(([status]) => {
      throw new Error(`the instance ended with ${status}`);
    });
    ended.catch(() => undefined);
    try {
      const { path: at, body } = await Promise.race([runtime.answer, ended]);
      expect(at).toMatch(/\/response$/);
      const answer = JSON.parse(body);
      expect(answer.statusCode).toBe(200);
      expect(JSON.parse(answer.body)).toMatchObject({ status: "healthy", environment: "staging" });
    } finally {
      child.kill();
      await runtime.stop();
    }
  });
});
