/** Docker's provider as the stand-ins have it, with a daemon that builds and pushes for real: buildah. */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";

interface Values {
  readonly name: string;
  readonly build?: readonly { readonly context: string; readonly platform: string; readonly build_args: object }[];
}
type Compute = (type: string, values: Values, ...more: readonly unknown[]) => Readonly<Record<string, unknown>>;
interface Definition {
  readonly schema: { readonly source: string };
  readonly computed: Compute;
}

export interface DockerSettings {
  /** The folder of the stand-in providers. */
  readonly offline: string;
  /** Host and port of the registry that plays ECR's. */
  readonly registry: string;
  /** Where Terraform runs: a context is a path from there. */
  readonly workingFolders: () => readonly string[];
  /** Runs buildah. */
  readonly buildah: (...words: readonly string[]) => string;
  /** Told of each image that was built and pushed. */
  readonly onPush: (digest: string) => void;
}

/**
 * Serves the provider, and returns what TF_REATTACH_PROVIDERS has to say of it. It ends with the process.
 *
 * Schema and plan are the stand-in's; only what it makes up of an image comes from a real build: the bytes of
 * api/Dockerfile's layer, pushed under the name that the definition gives, and the digest that the registry knows.
 */
export async function serveDocker(settings: DockerSettings): Promise<Readonly<Record<string, object>>> {
  const load = (file: string) => import(pathToFileURL(path.join(settings.offline, file)).href);
  const [{ default: definition }, { Provider }, { serve }] = await Promise.all(
    ["providers/docker.mjs", "lib/provider.mjs", "lib/server.mjs"].map(load),
  );
  const standIn: Definition = definition;
  const real = { ...standIn, computed: computedBy(settings, standIn.computed) };
  // A socket's path is short.
  const socket = path.join(fs.mkdtempSync(path.join(os.tmpdir(), "terrace-docker-")), "s");
  process.once("exit", () => fs.rmSync(path.dirname(socket), { recursive: true, force: true }));
  await serve(socket, () => new Provider(real));
  const address = { Network: "unix", String: socket };
  return {
    [standIn.schema.source]: { Protocol: "grpc", ProtocolVersion: 5, Pid: process.pid, Test: true, Addr: address },
  };
}

/** Puts a program into a folder that answers as a Docker that runs: commands ask it before they leave a build to it. With NO_DOCKER it does not. */
export function placeDocker(folder: string): void {
  fs.mkdirSync(folder);
  fs.writeFileSync(path.join(folder, "docker"), '#!/bin/sh\n[ -z "$NO_DOCKER" ] && echo 28.0.0\n', { mode: 0o755 });
}

function computedBy({ registry, workingFolders, buildah, onPush }: DockerSettings, madeUp: Compute): Compute {
  /** The name in the registry of this machine: `….amazonaws.com/blogapp-staging-api:content-…` is there without its host. */
  const here = (name: string) => name.replace(/^[^/]+/, registry);
  return (type, values, ...more) => {
    const computed = madeUp(type, values, ...more);
    const [build] = values.build ?? [];
    if (type === "docker_image" && build) {
      const context = workingFolders().find((folder) => fs.existsSync(path.join(folder, build.context)));
      if (context === undefined) throw new Error(`There is no build context ${build.context}.`);
      const given = Object.entries(build.build_args).flatMap(([name, value]) => ["--build-arg", `${name}=${value}`]);
      const [, architecture = ""] = build.platform.split("/");
      const how = ["--tls-verify=false", "--format", "docker", "--arch", architecture, ...given];
      buildah("build", ...how, "--tag", here(values.name), path.join(context, build.context));
    }
    if (type !== "docker_registry_image") return computed;
    const file = path.join(os.tmpdir(), `terrace-digest-${process.pid}`);
    buildah("push", "--tls-verify=false", "--digestfile", file, here(values.name), `docker://${here(values.name)}`);
    const digest = fs.readFileSync(file, "utf8").trim();
    fs.rmSync(file);
    onPush(digest);
    return { ...computed, id: digest, sha256_digest: digest };
  };
}
