import { execFileSync } from "node:child_process";

/** The commit that is checked out. */
export function commitOf(root: string): string {
  return revision(root, "HEAD");
}

/** Git's hash of the whole content of the commit: a squash, a rebase and a merge of one change have the same. */
export function treeOf(root: string): string {
  return revision(root, "HEAD^{tree}");
}

function revision(root: string, name: string): string {
  return execFileSync("git", ["rev-parse", name], { cwd: root, encoding: "utf8" }).trim();
}
