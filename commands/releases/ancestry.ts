import { execFileSync } from "node:child_process";
import { CommandError } from "../errors/command-error";
import { EXIT } from "../errors/exit-codes";
import type { Release } from "./release";

/** The sources of a clone. */
export interface Sources {
  readonly commit: string;
  /** True if files are not as committed; files that Git ignores do not count. */
  readonly edited: boolean;
}

/**
 * Reads what is checked out.
 *
 * @throws CommandError if the folder is no clone of a repository
 */
export function sourcesOf(root: string): Sources {
  try {
    return { commit: git(root, "rev-parse", "HEAD"), edited: git(root, "status", "--porcelain") !== "" };
  } catch (error) {
    throw new CommandError({
      subject: "Git",
      mistake: `cannot say which commit is checked out (${error instanceof Error ? error.message.trim() : error})`,
      remedy: "run this in a clone of the repository with a commit: releases are told apart by commits",
    });
  }
}

/**
 * Makes sure that what is deployed is in the history of what is checked out, so that nobody's work is undone unawares.
 *
 * @throws CommandError (refused) if the checkout is older, on another branch, or does not know the deployed commit
 */
export function requireNewer(root: string, { commit }: Sources, deployed: Release | undefined): void {
  if (deployed === undefined || deployed.commit === commit) return;
  const about = `${deployed.commit.slice(0, 12)} (release ${deployed.number}, ${deployed.startedAt})`;
  const refused = (mistake: string, remedy: string) =>
    new CommandError({ subject: "checkout", value: commit.slice(0, 12), mistake, remedy, exitCode: EXIT.refused });
  const anyway = "or pass --older if you mean it";
  if (!knows(root, deployed.commit))
    throw refused(`does not know the deployed commit ${about}`, `run \`git fetch\` and try again, ${anyway}`);
  if (isAncestor(root, deployed.commit, commit)) return;
  throw isAncestor(root, commit, deployed.commit)
    ? refused(
        `is older than the deployed commit ${about}`,
        `run \`git pull\`, go back on purpose with \`terrace rollback\`, ${anyway}`,
      )
    : refused(`is not based on the deployed commit ${about}`, `merge or rebase first, ${anyway}`);
}

function knows(root: string, commit: string): boolean {
  return succeeds(root, "cat-file", "-e", `${commit}^{commit}`);
}

function isAncestor(root: string, old: string, young: string): boolean {
  return succeeds(root, "merge-base", "--is-ancestor", old, young);
}

function succeeds(root: string, ...args: readonly string[]): boolean {
  try {
    git(root, ...args);
    return true;
  } catch {
    // Git says no by its exit code.
    return false;
  }
}

function git(root: string, ...args: readonly string[]): string {
  return execFileSync("git", args, { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).trim();
}
