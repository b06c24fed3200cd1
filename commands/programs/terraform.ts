import { spawn } from "node:child_process";
import { CommandError } from "../errors/command-error";
import { OutputFiles } from "./output-files";

/** What Terraform printed and how it ended. */
export interface Ended {
  /** Undefined if a signal ended it. */
  readonly status: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

export interface TerraformRun {
  readonly folder: string;
  readonly args: readonly string[];
  /** Asks Terraform to stop when it aborts: what is under way is finished, the state is saved and unlocked. */
  readonly signal?: AbortSignal | undefined;
  /** Takes every line of standard output as it comes. */
  readonly onLine?: OnLine | undefined;
}

export type OnLine = (line: string) => void;

/** Runs Terraform in a folder and waits for its end. */
export type RunTerraform = (run: TerraformRun) => Promise<Ended>;

/** CDKTF's own variable: the program that is run as Terraform. */
const program = (): string => process.env.TERRAFORM_BINARY_NAME || "terraform";

/**
 * Runs Terraform and waits for its end, however long it takes.
 *
 * It runs in a process group of its own, so that Ctrl-C reaches it once, through the signal, and a closed terminal never:
 * a second interrupt makes Terraform drop what it is making, and a hang-up leaves the state locked. If this process is
 * killed, Terraform goes on to its end, and writes and unlocks the state.
 *
 * @throws CommandError if it cannot be run at all
 */
export const runTerraform: RunTerraform = async ({ folder, args, signal, onLine }) => {
  const output = new OutputFiles(onLine);
  const child = spawn(program(), args, {
    cwd: folder,
    detached: true,
    stdio: ["ignore", output.stdout, output.stderr],
    env: { ...process.env, TF_IN_AUTOMATION: "1", CHECKPOINT_DISABLE: "1" },
  });
  const interrupt = () => {
    // The group: a program that takes Terraform's place has Terraform as its child. Providers ignore interrupts.
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, "SIGINT");
  };
  signal?.addEventListener("abort", interrupt, { once: true });
  try {
    const status = await new Promise<number | undefined>((resolve, reject) => {
      child.once("error", reject);
      child.once("spawn", () => signal?.aborted && interrupt());
      child.once("close", (code) => resolve(code ?? undefined));
    });
    return { status, ...output.read() };
  } catch (error) {
    throw new CommandError({
      subject: "Terraform",
      value: program(),
      mistake: `cannot be run: ${error instanceof Error ? error.message : error}`,
      remedy: "install Terraform 1.11 or later and put it on the PATH, or name it in TERRAFORM_BINARY_NAME",
    });
  } finally {
    output.remove();
    signal?.removeEventListener("abort", interrupt);
  }
};
