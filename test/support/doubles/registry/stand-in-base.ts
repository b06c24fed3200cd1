/**
 * A base image that stands in for AWS's, which only its registry has: Node.js 24 with what it needs of this machine, a
 * runtime client, a script that starts it, and the same configuration. The client is AWS's where RIC_FOLDER names a
 * folder in which `npm i aws-lambda-ric@4.0.2` was run, which compiles for minutes, and otherwise our stand-in for it.
 */
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { node24 } from "../../node-24";
import type { Buildah } from "./buildah";

/** Makes the root of a file system that Node.js 24 and a shell run in. */
export function makeRoot(folder: string): void {
  const node = node24();
  put(folder, node, "var/lang/bin/node");
  put(folder, fs.realpathSync("/bin/sh"), "bin/sh");
  const ric = process.env.RIC_FOLDER && path.join(process.env.RIC_FOLDER, "node_modules/aws-lambda-ric");
  const natives = ric ? [path.join(ric, "rapid-client.node")] : [];
  if (ric) fs.cpSync(ric, path.join(folder, "var/runtime"), { recursive: true });
  else put(folder, path.resolve("bench/runtime-client.mjs"), "var/runtime/index.mjs");
  for (const program of [node, "/bin/sh", ...natives])
    for (const library of librariesOf(program)) put(folder, library, library);
  const start = path.join(folder, "lambda-entrypoint.sh");
  fs.writeFileSync(start, '#!/bin/sh\n_HANDLER="$1" exec /var/lang/bin/node /var/runtime/index.mjs "$1"\n');
  for (const name of ["var/task", "tmp", "etc"]) fs.mkdirSync(path.join(folder, name), { recursive: true });
  for (const name of ["lambda-entrypoint.sh", "bin/sh", "var/lang/bin/node"])
    fs.chmodSync(path.join(folder, name), 0o755);
}

/** Puts the base image for an architecture into a registry. @returns its reference, by digest */
export function pushStandIn(buildah: Buildah, root: string, architecture: "arm64" | "amd64", to: string): string {
  const container = buildah.run("from", "scratch");
  buildah.run("copy", container, root, "/");
  buildah.run(
    "config",
    ...["--os", "linux", "--arch", architecture, "--workingdir", "/var/task"],
    ...["--entrypoint", '["/lambda-entrypoint.sh"]', "--env", "LAMBDA_TASK_ROOT=/var/task"],
    ...["--env", "PATH=/var/lang/bin:/usr/bin:/bin", container],
  );
  const file = path.join(buildah.folder, "digest");
  buildah.run("commit", "--format", "docker", container, to);
  buildah.run("push", "--tls-verify=false", "--digestfile", file, to, `docker://${to}`);
  buildah.run("rm", container);
  return `${to}@${fs.readFileSync(file, "utf8").trim()}`;
}

/** Returns the shared libraries that a program is linked with. */
function librariesOf(program: string): string[] {
  const lines = execFileSync("ldd", [program], { encoding: "utf8" }).split("\n");
  return lines.flatMap((line) => /(\/\S+) \(0x/.exec(line)?.[1] ?? []);
}

function put(folder: string, file: string, to: string): void {
  const target = path.join(folder, to);
  fs.mkdirSync(path.dirname(target), { recursive: true });
  fs.copyFileSync(file, target);
}
