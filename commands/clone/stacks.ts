import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { stackNames } from "../../environments/names";
import { gitHistory, type History } from "../programs/git";
import { type RunTerraform, runTerraform } from "../programs/terraform";

/** A synthesized stack: its name, its folder, which holds `cdk.tf.json`, and how Terraform is run there. */
export interface Stack {
  readonly name: string;
  readonly folder: string;
  readonly terraform: RunTerraform;
}

/** The clone a command works on. */
export interface Clone {
  readonly root: string;
  /** Writes every stack into `cdktf.out`, with variables besides those of the process. */
  synthesize(variables?: Readonly<Record<string, string>>): void;
  readonly history: History;
  readonly terraform: RunTerraform;
}

/** The clone in the current folder. */
export const here: Clone = {
  root: process.cwd(),
  synthesize: (variables) => synthesize(process.cwd(), variables),
  history: gitHistory(process.cwd()),
  terraform: runTerraform,
};

/** CDKTF's file of a synthesized stack. */
export const DEFINITION = "cdk.tf.json";

/** Builds and synthesizes every stack into `cdktf.out`. Throws if that fails; the program has then said why. */
function synthesize(root: string, variables: Readonly<Record<string, string>> = {}): void {
  const env = { ...process.env, ...variables };
  // The programs' output goes to standard error: standard output is for what a command has to say.
  for (const script of ["build.mjs", "dist/main.cjs"])
    if (spawnSync(process.execPath, [script], { cwd: root, env, stdio: ["ignore", 2, 2] }).status !== 0)
      throw new Error("The synthesis failed: see above.");
}

/**
 * Returns the synthesized stacks of an environment in the order in which they are deployed.
 *
 * @throws Error that lists the environments there are, if it is none of them.
 */
export function stacksOf(environment: string, { root, terraform }: Clone): [repository: Stack, application: Stack] {
  const out = path.join(root, "cdktf.out/stacks");
  const { repository, application } = stackNames({ name: environment });
  const stack = (name: string) => ({ name, folder: path.join(out, name), terraform });
  const stacks: [Stack, Stack] = [stack(repository), stack(application)];
  if (stacks.every(({ folder }) => fs.existsSync(path.join(folder, DEFINITION)))) return stacks;
  const known = fs.existsSync(out) ? fs.readdirSync(out) : [];
  const environments = known.filter((name) => known.includes(stackNames({ name }).repository));
  throw new Error(
    `The synthesis wrote no stacks of "${environment}". It wrote those of ${environments.join(", ") || "no environment"}.`,
  );
}

/** Reads a synthesized stack; undefined if the code of that time did not have it. */
export function readDefinition(folder: string): unknown {
  const file = path.join(folder, DEFINITION);
  return fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, "utf8")) : undefined;
}
