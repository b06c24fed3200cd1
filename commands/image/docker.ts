import { spawnSync } from "node:child_process";

/** Runs a program and returns what it prints; undefined if it is not there or fails. */
export type Output = (program: string, args: readonly string[]) => string | undefined;

/** Runs programs of this machine, each for 30 s at most. */
export const outputOf: Output = (program, args) => {
  const { status, stdout } = spawnSync(program, args, { encoding: "utf8", env: process.env, timeout: 30_000 });
  return status === 0 ? stdout : undefined;
};

/** Returns the version of the Docker that would build an image here; undefined if none answers. */
export function dockerVersion(output: Output = outputOf): string | undefined {
  return output("docker", ["version", "--format", "{{.Server.Version}}"])?.trim() || undefined;
}
