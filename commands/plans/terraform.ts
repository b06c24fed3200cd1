import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";

const NEEDS =
  "A plan needs Terraform 1.11 on the PATH, credentials of the environment's account that may read its state and resources, and the state bucket (docs/deploy.md). Without them, compare two synthesized stacks: `--before`.";

/** CDKTF's own variable: the program that is run as Terraform. */
const program = (): string => process.env.TERRAFORM_BINARY_NAME || "terraform";

/** A plan file, and what `terraform show -json` says of it. */
export interface PlanFile {
  readonly file: string;
  readonly json: unknown;
}

/**
 * Plans a synthesized stack. A plan that ends with an error half-way is written all the same, and is returned: what
 * it lists is worth a review. The state is not locked, because nothing is written, and a later apply compares it.
 *
 * @throws Error with Terraform's own message and what a plan needs, if there is no plan.
 */
export function planStack(folder: string, options: readonly string[] = []): PlanFile {
  const file = path.join(folder, "tfplan");
  fs.rmSync(file, { force: true });
  run(folder, ["init", "-input=false"]);
  const planned = attempt(folder, ["plan", "-input=false", "-lock=false", `-out=${file}`, ...options]);
  if (!fs.existsSync(file)) throw new Error(`${planned.output}\n${NEEDS}`);
  if (planned.status !== 0) console.error(planned.output);
  return { file, json: JSON.parse(run(folder, ["show", "-json", file])) };
}

/** Prepares a stack with exactly the providers of its lock file, if it has one. Throws if they are other ones. */
export function initializeLocked(folder: string): void {
  const lock = fs.existsSync(path.join(folder, ".terraform.lock.hcl")) ? ["-lockfile=readonly"] : [];
  run(folder, ["init", "-input=false", ...lock]);
}

/** Applies a plan file, and prints what Terraform prints. Throws if it fails; Terraform has then said why. */
export function applyPlan(folder: string, file: string): void {
  console.log(run(folder, ["apply", "-input=false", "-lock-timeout=60s", file]));
}

/** Returns the text of the stack's state. */
export function pullState(folder: string): string {
  return run(folder, ["state", "pull"]);
}

/** Runs Terraform and returns what it prints. Throws an error with its message if it fails. */
function run(folder: string, args: readonly string[]): string {
  const { status, stdout, output } = attempt(folder, args);
  if (status !== 0) throw new Error(`terraform ${args[0]} failed:\n${output}\n${NEEDS}`);
  return stdout;
}

function attempt(folder: string, args: readonly string[]): { status: number | null; stdout: string; output: string } {
  const [command] = args;
  // `show -json` and `state pull` print for programs; the others would colour their text.
  const plain = command === "show" || command === "state" ? [] : ["-no-color"];
  const { status, stdout, stderr, error } = spawnSync(program(), [...args, ...plain], {
    cwd: folder,
    encoding: "utf8",
    maxBuffer: 1024 ** 3,
    env: { ...process.env, TF_IN_AUTOMATION: "1" },
  });
  if (error) throw new Error(`${program()} cannot be run: ${error.message}. ${NEEDS}`);
  return { status, stdout, output: `${stdout}${stderr}`.trim() };
}
