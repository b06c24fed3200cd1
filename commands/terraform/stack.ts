import fs from "node:fs";
import path from "node:path";
import type { Plan } from "../../review/plan/plan";
import { readPlan } from "../../review/plan/read";
import type { Stack } from "../clone/stacks";
import { CommandError } from "../errors/command-error";
import { EXIT } from "../errors/exit-codes";
import type { Ended, OnLine } from "../programs/terraform";
import type { Import } from "../takeover/take-over";
import { type Diagnostic, type Progress, readMessage } from "./messages";
import { newPlanFile, removePlanFile } from "./plan-files";

/** A plan that may be applied once, to the state it was made on. */
export interface Planned {
  readonly stack: Stack;
  readonly file: string;
  readonly plan: Plan;
  /** False if an apply would do nothing. What is only forgotten, moved or printed counts too. */
  readonly changes: boolean;
}

/** Runs Terraform in a stack's folder. */
const run = ({ folder, terraform }: Stack, args: readonly string[], signal?: AbortSignal, onLine?: OnLine) =>
  terraform({ folder, args, signal, onLine });

/** Prepares a stack's folder: providers and state. */
export async function initialize(stack: Stack, signal?: AbortSignal): Promise<void> {
  // A lock file holds what was chosen before; with one, nothing else may be installed.
  const locked = fs.existsSync(path.join(stack.folder, ".terraform.lock.hcl")) ? ["-lockfile=readonly"] : [];
  // The folder may remember another bucket; states are never moved by this, but by `terrace bootstrap`.
  const args = ["init", "-input=false", "-reconfigure", "-no-color", ...locked];
  requireSuccess(await run(stack, args, signal), `${stack.name} cannot be prepared`, signal);
}

export interface PlanOptions {
  readonly destroy?: boolean;
  /** Only looks for what was changed outside Terraform. */
  readonly refreshOnly?: boolean;
  /**
   * Is told of an error that ended the plan half-way. What such a plan lists is worth a review, and it is returned; nobody
   * can apply it. Without this the error is thrown.
   */
  readonly onError?: ((error: CommandError) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Plans a stack that is initialized. The state is not locked, since nothing is written and the apply compares it.
 *
 * @throws CommandError with Terraform's own message
 */
export async function planStack(stack: Stack, options: PlanOptions = {}): Promise<Planned> {
  const { destroy = false, refreshOnly = false, onError, signal } = options;
  const file = newPlanFile();
  const args = ["plan", "-json", "-input=false", "-lock=false", "-detailed-exitcode", `-out=${file}`];
  const mode = [...(destroy ? ["-destroy"] : []), ...(refreshOnly ? ["-refresh-only"] : [])];
  const ended = await run(stack, [...args, ...mode], signal);
  if (ended.status !== 0 && ended.status !== 2) {
    const error = failureOf(ended, `${stack.name} cannot be planned`, signal);
    if (!onError || signal?.aborted || !fs.existsSync(file)) throw error;
    onError(error);
  }
  return { stack, file, plan: await readPlanFile(stack, file, signal), changes: ended.status === 2 };
}

/** Reads a plan file of a stack that is initialized. @throws CommandError with Terraform's own message */
export async function readPlanFile(stack: Stack, file: string, signal?: AbortSignal): Promise<Plan> {
  const shown = await run(stack, ["show", "-json", file], signal);
  requireSuccess(shown, `the plan of ${stack.name} cannot be read`, signal);
  return readPlan(JSON.parse(shown.stdout));
}

/**
 * Applies a plan, and tells of every resource.
 *
 * @throws CommandError with Terraform's own message; interrupted if the signal aborted, after Terraform has finished
 * what was under way and written the state
 */
export async function applyPlan(
  { stack, file }: Planned,
  onProgress: (progress: Progress) => void,
  signal?: AbortSignal,
): Promise<void> {
  const args = ["apply", "-json", "-input=false", "-lock-timeout=60s", file];
  const ended = await run(stack, args, signal, (line) => {
    const message = readMessage(line);
    if (message && "state" in message) onProgress(message);
  });
  removePlanFile(file);
  requireSuccess(ended, `${stack.name} was not applied, or not to its end`, signal);
}

/**
 * Takes a resource that is there into the state of a stack that is initialized. It is read, and not changed.
 *
 * @throws CommandError with Terraform's own message
 */
export async function importResource(stack: Stack, { to, id }: Import, signal?: AbortSignal): Promise<void> {
  const args = ["import", "-input=false", "-no-color", "-lock-timeout=60s", to, id];
  requireSuccess(await run(stack, args, signal), `${stack.name} does not take over ${to}`, signal);
}

/** Returns the outputs of a stack that is initialized, by their names; none if it was never deployed. */
export async function outputsOf(stack: Stack, signal?: AbortSignal): Promise<ReadonlyMap<string, unknown>> {
  const ended = await run(stack, ["output", "-json", "-no-color"], signal);
  requireSuccess(ended, `the outputs of ${stack.name} cannot be read`, signal);
  const outputs = Object.entries(JSON.parse(ended.stdout) as Record<string, { value: unknown; sensitive?: boolean }>);
  return new Map(outputs.filter(([, { sensitive }]) => !sensitive).map(([key, { value }]) => [key, value]));
}

/** Returns the text of the state of a stack that is initialized. */
export async function stateOf(stack: Stack, signal?: AbortSignal): Promise<string> {
  const ended = await run(stack, ["state", "pull"], signal);
  requireSuccess(ended, `the state of ${stack.name} cannot be read`, signal);
  return ended.stdout;
}

/**
 * Takes every resource of some types out of the state of a stack that is initialized, and leaves it where it is.
 *
 * @throws CommandError with Terraform's own message
 */
export async function forgetTypes(stack: Stack, types: readonly string[], signal?: AbortSignal): Promise<void> {
  const pulled = await stateOf(stack, signal);
  if (pulled.trim() === "") return;
  const { resources = [] }: { resources?: readonly { readonly type: string; readonly name: string }[] } =
    JSON.parse(pulled);
  const addresses = resources.filter(({ type }) => types.includes(type)).map(({ type, name }) => `${type}.${name}`);
  if (addresses.length === 0) return;
  const args = ["state", "rm", "-lock-timeout=60s", ...addresses];
  requireSuccess(await run(stack, args, signal), `${stack.name} keeps its image`, signal);
}

function requireSuccess(ended: Ended, what: string, signal: AbortSignal | undefined): void {
  if (ended.status !== 0) throw failureOf(ended, what, signal);
}

/** Makes the error for Terraform's failure, in its own words. */
function failureOf({ stdout, stderr }: Ended, what: string, signal: AbortSignal | undefined): CommandError {
  if (signal?.aborted)
    return new CommandError({
      subject: "Terraform",
      mistake: `was stopped: ${what}`,
      remedy: "run the command again, and it goes on where it stopped",
      exitCode: EXIT.interrupted,
    });
  const problems = stdout.split("\n").flatMap((line) => {
    const message = readMessage(line);
    return message && "severity" in message && message.severity === "error" ? [said(message)] : [];
  });
  return new CommandError({
    subject: "Terraform",
    mistake: `failed: ${what}\n${(problems.join("\n") || stderr || stdout).trim()}\n`,
    remedy: "correct what it says and run the command again",
  });
}

function said({ summary, detail, address }: Diagnostic): string {
  return [address && `${address}:`, summary, detail && `(${detail.trim()})`].filter(Boolean).join(" ");
}
