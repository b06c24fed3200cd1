import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import type { History } from "../../../../commands/programs/git";

/** Commits of a folder, as data that another process can be given. */
export interface Commits {
  /** What is checked out; empty before the first commit. */
  head: string;
  readonly all: Record<string, { readonly parent: string; readonly tree: string }>;
}

/** What the project has Git ignore. */
const IGNORED = new Set([".git", "cdktf.out", ".terrace"]);

/** Commits everything in a folder, and returns the hash. */
export function commitAll(root: string, commits: Commits, message = "a change"): string {
  const [parent, tree] = [commits.head, treeIn(root)];
  commits.head = sha1(parent, tree, message);
  commits.all[commits.head] = { parent, tree };
  return commits.head;
}

/** Plays Git, which would be two or three processes of every command. A contract holds both to the same answers. */
export function historyOf(root: string, commits: Commits): History {
  const { all } = commits;
  const tree = () => all[commits.head]?.tree ?? "";
  return {
    sources: () => ({ commit: commits.head, edited: treeIn(root) !== tree() }),
    tree,
    knows: (commit) => commit in all,
    isAncestor: (old, young) => {
      let commit = young;
      while (commit !== old && commit in all) commit = all[commit]?.parent ?? "";
      return commit === old;
    },
  };
}

/** Returns the hash of what is in a folder, names and content. */
function treeIn(folder: string): string {
  const entries = fs.readdirSync(folder, { withFileTypes: true }).filter(({ name }) => !IGNORED.has(name));
  const hashes = entries.flatMap((entry) => {
    const file = path.join(folder, entry.name);
    return [entry.name, entry.isDirectory() ? treeIn(file) : fs.readFileSync(file)];
  });
  return sha1(...hashes);
}

function sha1(...parts: readonly (string | Buffer)[]): string {
  const hash = createHash("sha1");
  for (const part of parts) hash.update(`${part.length} `).update(part);
  return hash.digest("hex");
}
