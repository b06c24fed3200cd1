import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { gitHistory, type History } from "../../../commands/programs/git";
import { type Commits, commitAll, historyOf } from "../../support/doubles/clones/commits";

let root: string;
beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), "terrace-history-"));
});
afterEach(() => fs.rmSync(root, { recursive: true }));

/** A folder's history that a test makes. */
interface Made {
  readonly history: History;
  commit(message: string): string;
  checkOut(commit: string): void;
}

/** Runs a line of a shell, so that several commands of Git are one process of the large one that tests run in. */
const sh = (line: string) =>
  execFileSync("sh", ["-c", line], { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).trim();
const write = (file: string, content: string) => {
  fs.mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
  fs.writeFileSync(path.join(root, file), content);
};

function byGit(): Made {
  sh("git init -q && git config user.name t && git config user.email t@example.com");
  write(".gitignore", "cdktf.out/\n");
  return {
    history: gitHistory(root),
    commit: (message) => sh(`git add -A && git commit -q --allow-empty -m ${message} && git rev-parse HEAD`),
    checkOut: (commit) => void sh(`git checkout -q ${commit}`),
  };
}

function byTheDouble(): Made {
  const commits: Commits = { head: "", all: {} };
  return {
    history: historyOf(root, commits),
    commit: (message) => commitAll(root, commits, message),
    checkOut: (commit) => {
      commits.head = commit;
    },
  };
}

describe.each([
  ["Git", byGit],
  ["the double that command tests have for it", byTheDouble],
])("a history by %s", (_, make) => {
  test("says which commit is checked out, and whether files are other ones than it has, but for those it ignores", () => {
    const { history, commit } = make();
    write("folder/a", "1");
    const first = commit("first");
    const tree = history.tree();
    write("cdktf.out/b", "made");
    expect(history.sources()).toEqual({ commit: first, edited: false });
    write("folder/a", "2");
    expect(history.sources()).toEqual({ commit: first, edited: true });
    expect(history.tree()).toBe(tree);
    const second = commit("second");
    expect(second).toMatch(/^[0-9a-f]{40}$/);
    expect(history.sources()).toEqual({ commit: second, edited: false });
    expect(history.tree()).not.toBe(tree);
    write("c", "new");
    expect(history.sources().edited).toBe(true);
    fs.rmSync(path.join(root, "c"));
    write("folder/a", "1");
    // Another commit of the same content, as a squash makes one.
    expect([commit("third") === first, history.tree()]).toEqual([false, tree]);
  });

  test("knows what comes from what", () => {
    const { history, commit, checkOut } = make();
    const [base, old] = [commit("base"), commit("old")];
    checkOut(base);
    const beside = commit("beside");
    const none = "f".repeat(40);
    expect([base, old, beside, none].map((each) => history.knows(each))).toEqual([true, true, true, false]);
    expect(history.sources().commit).toBe(beside);
    for (const [one, other, is] of [
      [base, old, true],
      [old, base, false],
      [base, beside, true],
      [old, beside, false],
      [old, old, true],
    ] as const)
      expect([one, other, history.isAncestor(one, other)]).toEqual([one, other, is]);
  });
});

test("a folder that is no clone, and one without a commit, are errors that say what to do", () => {
  const { sources, tree } = gitHistory(root);
  const remedy = /; run this in a clone of the repository with a commit/;
  for (const ask of [sources, tree]) {
    expect(ask).toThrow(/^Git: cannot say which commit is checked out \([\s\S]*not a git repository/);
    expect(ask).toThrow(remedy);
  }
  sh("git init -q");
  for (const ask of [sources, tree]) expect(ask).toThrow(remedy);
});
