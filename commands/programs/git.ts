import { execFileSync } from "node:child_process";
import { CommandError } from "../errors/command-error";

/** The sources of a clone. */
export interface Sources {
  readonly commit: string;
  /** True if files are not as committed; files that Git ignores do not count. */
  readonly edited: boolean;
}

/** What is checked out in a clone, and what came before. Commits are said by their full hashes. */
export interface History {
  /** Reads what is checked out. @throws CommandError if the folder is no clone of a repository, or has no commit */
  sources(): Sources;
  /** Returns the hash of the whole content of the commit: a squash, a rebase and a merge of one change have the same. @throws as `sources` */
  tree(): string;
  knows(commit: string): boolean;
  /** Tells whether a commit is in the history of another, or is that one. */
  isAncestor(old: string, young: string): boolean;
}

/** Returns the history that Git keeps of a folder. */
export function gitHistory(root: string): History {
  const git = (...args: readonly string[]) =>
    execFileSync("git", args, { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).trim();
  const checkedOut = (...args: readonly string[]) => {
    try {
      return git(...args);
    } catch (error) {
      throw noCommit(error instanceof Error ? error.message.trim() : String(error));
    }
  };
  const succeeds = (...args: readonly string[]) => {
    try {
      git(...args);
      return true;
    } catch {
      // Git says no by its exit code.
      return false;
    }
  };
  return {
    sources: () => {
      // Lines with # are about the branch, the others about files: https://git-scm.com/docs/git-status#_porcelain_format_version_2
      const lines = checkedOut("status", "--porcelain=v2", "--branch", "--no-ahead-behind").split("\n");
      const commit = lines.flatMap((line) => /^# branch\.oid (\w+)$/.exec(line)?.slice(1) ?? [])[0];
      if (commit === undefined) throw noCommit("there is none yet");
      return { commit, edited: lines.some((line) => !line.startsWith("#")) };
    },
    tree: () => checkedOut("rev-parse", "HEAD^{tree}"),
    knows: (commit) => succeeds("cat-file", "-e", `${commit}^{commit}`),
    isAncestor: (old, young) => succeeds("merge-base", "--is-ancestor", old, young),
  };
}

function noCommit(why: string): CommandError {
  return new CommandError({
    subject: "Git",
    mistake: `cannot say which commit is checked out (${why})`,
    remedy: "run this in a clone of the repository with a commit: releases are told apart by commits",
  });
}
