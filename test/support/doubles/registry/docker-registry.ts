/** The real registry that Debian packages as docker-registry, on a port and in a folder of its own. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import readline from "node:readline";

export interface DockerRegistry {
  readonly url: string;
  /** Forgets a repository with all that is in it. */
  forget(repository: string): void;
  stop(): Promise<void>;
}

/** Tells which of some programs are not installed, as reasons for tests of the real parts not to run. */
export function missingPrograms(...names: readonly string[]): string[] {
  return names
    .filter((name) => spawnSync(name, ["--version"]).error !== undefined)
    .map((name) => `${name} is not installed`);
}

/** Starts a registry that is empty and asks nobody who he is. */
export async function startDockerRegistry(): Promise<DockerRegistry> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "terrace-registry-"));
  const file = path.join(folder, "config.json");
  const data = path.join(folder, "data");
  fs.writeFileSync(
    file,
    JSON.stringify({
      version: 0.1,
      log: { level: "info", accesslog: { disabled: true } },
      storage: { filesystem: { rootdirectory: data }, delete: { enabled: true } },
      http: { addr: "127.0.0.1:0", relativeurls: true },
    }),
  );
  const child = spawn("docker-registry", ["serve", file], { stdio: ["ignore", "ignore", "pipe"] });
  const ended = once(child, "exit");
  const url = await addressOf(child);
  return {
    url,
    // It looks into its folder for each request, and remembers nothing.
    forget: (repository) =>
      fs.rmSync(path.join(data, "docker/registry/v2/repositories", repository), { recursive: true, force: true }),
    stop: async () => {
      child.kill();
      await ended;
      fs.rmSync(folder, { recursive: true });
    },
  };
}

async function addressOf(child: ChildProcess): Promise<string> {
  if (!child.stderr) throw new Error("the registry has no log");
  const log = [];
  for await (const line of readline.createInterface({ input: child.stderr })) {
    log.push(line);
    const [, address] = /listening on ([\d.]+:\d+)/.exec(line) ?? [];
    // What it says later is nobody's business, but has to go somewhere.
    child.stderr.resume();
    if (address) return `http://${address}`;
  }
  throw new Error(`docker-registry did not start:\n${log.join("\n")}`);
}
