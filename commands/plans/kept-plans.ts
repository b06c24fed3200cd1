import fs from "node:fs";
import path from "node:path";
import { type Binding, readBinding } from "../../review/binding";
import { LONGEST_COMMENT, markdown } from "../../review/report/markdown";
import type { Files } from "../../review/seal";
import { readJson } from "../clone/json-file";
import type { Stack } from "../clone/stacks";
import { CommandError } from "../errors/command-error";
import { EXIT } from "../errors/exit-codes";
import type { Reviewed } from "./reviewed";

// An apply of exactly one plan needs the plan, the providers that it was made with, and what it belongs to.
const [PLAN, LOCK, BINDING] = ["tfplan", ".terraform.lock.hcl", "binding.json"] as const;

/** Characters of a comment that are not of a review: its marker, and what joins two reviews. */
const ROOM = 1000;

/** Keeps a stack's plan in a folder, for whoever applies it. */
export function keepPlan(folder: string, { name, folder: stack }: Stack, plan: string, binding: Binding): void {
  const own = path.join(folder, name);
  fs.mkdirSync(own, { recursive: true });
  fs.copyFileSync(plan, path.join(own, PLAN));
  const lock = path.join(stack, LOCK);
  if (fs.existsSync(lock)) fs.copyFileSync(lock, path.join(own, LOCK));
  fs.writeFileSync(path.join(own, BINDING), JSON.stringify(binding, null, 2));
}

/** Keeps an environment's reviews, as `<environment>.md` for a comment and as `<environment>.json` for programs. */
export function keepReviews(folder: string, environment: string, reviewed: readonly Reviewed[]): void {
  const limit = Math.floor((LONGEST_COMMENT - ROOM) / reviewed.length);
  const texts = reviewed.map(({ review, subject }) => markdown(review, subject, limit));
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(path.join(folder, `${environment}.md`), texts.join("\n"));
  fs.writeFileSync(path.join(folder, `${environment}.json`), JSON.stringify(reviewed, null, 2));
}

export interface KeptPlan {
  /** The path of the plan file. */
  readonly plan: string;
  readonly binding: Binding;
}

/** Finds the kept plan of a stack. @throws CommandError (refused) that names the folder, if there is none */
export function keptPlan(folder: string, stack: string): KeptPlan {
  const own = path.resolve(folder, stack);
  const plan = path.join(own, PLAN);
  if (!fs.existsSync(plan))
    throw new CommandError({
      subject: "reviewed plan",
      value: folder,
      mistake: `holds none of ${stack}`,
      remedy: "name the folder that `terrace review --keep` wrote",
      exitCode: EXIT.refused,
    });
  return { plan, binding: readBinding(readJson(path.join(own, BINDING))) };
}

/** Puts the lock file that was kept with a stack's plan back beside the stack: it is applied by the same providers. */
export function restoreLock(folder: string, { name, folder: stack }: Stack): void {
  const lock = path.join(folder, name, LOCK);
  if (fs.existsSync(lock)) fs.copyFileSync(lock, path.join(stack, LOCK));
}

/** Reads every file of a folder, by its path in it. */
export function readFiles(folder: string): Files {
  const names = fs.readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    names.map((entry) => {
      const file = path.join(entry.parentPath, entry.name);
      return [path.relative(folder, file), fs.readFileSync(file)];
    }),
  );
}

/** Writes files into a folder. Throws if a name would leave it. */
export function writeFiles(folder: string, files: Files): void {
  for (const [name, content] of Object.entries(files)) {
    const file = path.resolve(folder, name);
    if (!file.startsWith(`${path.resolve(folder)}${path.sep}`))
      throw new Error(`The sealed file "${name}" is outside.`);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, content);
  }
}
