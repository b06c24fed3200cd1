import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { stackNames } from "../../environments/names";

/** A synthesized stack: its name and its folder, which holds `cdk.tf.json`. */
export interface Stack {
  readonly name: string;
  readonly folder: string;
}

/** The clone a command works on. */
export interface Clone {
  readonly root: string;
  /** Writes every stack into `cdktf.out`, with variables besides those of the process. */
  synthesize(variables?: Readonly<Record<string, string>>): void;
}

/** The clone in the current folder. */
export const here: Clone = {
  root: process.cwd(),
  synthesize: (variables) => synthesize(process.cwd(), variables),
};

/** CDKTF's file of a synthesized stack. */
export const DEFINITION = "cdk.tf.json";

/** Builds and synthesizes every stack into `cdktf.out`. Throws if that fails; the program has then said why. */
function synthesize(root: string, variables: Readonly<Record<string, string>> = {}): void {
  const env = { ...process.env, ...variables };
  // Standard output is for what a command has to say.
  for (const script of ["build.mjs", "dist/main.cjs"])
    if (spawnSync(process.execPath, [script], { cwd: root, env, stdio: ["ignore", 2, 2] }).status !== 0)
      throw new Error("The synthesis failed: see above.");
}

/**
 * Returns the stacks of an environment in the order in which they are deployed.
 *
 * @throws Error that lists the environments there are, if it is none of them.
 */
export function stacksOf(environment: string, out: string): Stack[] {
  const { repository, application } = stackNames({ name: environment });
  const stacks = [repository, application].map((name) => ({ name, folder: path.join(out, "stacks", name) }));
  if (stacks.every(({ folder }) => fs.existsSync(path.join(folder, DEFINITION)))) return stacks;
  const known = fs.existsSync(path.join(out, "stacks")) ? fs.readdirSync(path.join(out, "stacks")) : [];
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
