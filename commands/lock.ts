import fs from "node:fs";
import path from "node:path";
import type { Command } from "commander";
import { PROVIDER_LOCK } from "../environments/project";
import { type Clone, stacksOf } from "./clone/stacks";
import { CommandError } from "./errors/command-error";
import { EXIT, type ExitCode } from "./errors/exit-codes";
import { action, type Run, withCommonOptions } from "./terminal/command";
import type { Host } from "./terminal/terminal";

/** Where people and CI deploy from. */
const PLATFORMS = ["linux_amd64", "linux_arm64", "darwin_arm64", "darwin_amd64", "windows_amd64"];

export interface LockServices {
  readonly host: Host;
  readonly clone: Clone;
}

/** Adds `terrace lock`, which writes the hashes of the providers for every platform into the project. */
export function addLockCommand(program: Command, services: LockServices): void {
  const command = program
    .command("lock")
    .description(`Writes the hashes of Terraform's providers for every platform into ${PROVIDER_LOCK}`)
    .addHelpText("after", "\nIt asks the registry of the providers, and nothing else. Commit the file.");
  withCommonOptions(command, { changes: false, refuses: false }).action(
    action(services.host, (run: Run) => lock(run, services)),
  );
}

async function lock({ terminal, signal }: Run, { clone }: LockServices): Promise<ExitCode> {
  clone.synthesize();
  // The application's stack has every provider there is; the environment makes no difference.
  const [, { folder, terraform }] = stacksOf("development", clone);
  const written = path.join(folder, ".terraform.lock.hcl");
  // Terraform would leave the hashes of other versions in the file.
  fs.rmSync(written, { force: true });
  const args = ["providers", "lock", ...PLATFORMS.map((platform) => `-platform=${platform}`)];
  const { status, stdout, stderr } = await terraform({ folder, args, signal });
  signal.throwIfAborted();
  if (status !== 0 || !fs.existsSync(written))
    throw new CommandError({
      subject: "providers",
      mistake: `could not be locked: ${(stderr || stdout).trim()}`,
      remedy: "run this where Terraform reaches registry.terraform.io, and commit the file",
    });
  fs.copyFileSync(written, path.join(clone.root, PROVIDER_LOCK));
  terminal.finish({ file: PROVIDER_LOCK, platforms: PLATFORMS }, [
    `${PROVIDER_LOCK} has the hashes for ${PLATFORMS.join(", ")}. Commit it.`,
  ]);
  return EXIT.done;
}
