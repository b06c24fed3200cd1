import { type ChildProcess, fork } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import type { LocalCloud } from "./local-cloud";
import type { Clock } from "./shared/clock";

/** What the process of `node build.mjs --watch` says. */
interface BuildMessage {
  readonly ready?: boolean;
  /** The bundles that are new. */
  readonly changed?: readonly string[];
  readonly error?: string;
}

export interface WatchSettings {
  /** The project's folder. */
  readonly root: string;
  readonly cloud: Pick<LocalCloud, "reload">;
  readonly clock: Clock;
  readonly print: (line: string) => void;
}

/** Milliseconds until the bundler starts, so that it does not compete with the first requests. It misses no edit. */
const START_AFTER = 1_000;
/** What the definition is made from: a change there takes a restart. */
const DEFINITION_SOURCES = ["stacks", "environments", "main.ts"];

/**
 * Rebuilds on every edit, in a process of its own, and gives the functions whose code changed their new code. Sockets
 * and everything else stay. An error of the build is shown once, and the old code keeps running.
 *
 * The returned function ends it.
 */
export function watchSources({ root, cloud, clock, print }: WatchSettings): () => void {
  let builder: ChildProcess | undefined;
  let shown: string | undefined;
  let ended = false;
  const hear = ({ changed, error }: BuildMessage) => {
    if (error !== undefined && error !== shown) print(`${error}\nThe code before that edit keeps running.`);
    shown = error;
    if (!changed) return;
    cloud.reload(changed);
    print(`New code: ${changed.join(", ")}.`);
  };
  const cancelStart = clock.after(START_AFTER, () => {
    builder = fork(path.join(root, "build.mjs"), ["--watch"], { cwd: root });
    builder.on("message", hear);
    builder.on("exit", (status) => {
      if (!ended) print(`Edits are not seen any more: node build.mjs --watch ended with ${status}. Restart to go on.`);
    });
  });

  let stale = false;
  const watchers = DEFINITION_SOURCES.map((source) =>
    fs.watch(path.join(root, source), { recursive: true }, () => {
      if (!stale) print("The definition changed: restart to apply it.");
      stale = true;
    }),
  );
  return () => {
    ended = true;
    cancelStart();
    for (const watcher of watchers) watcher.close();
    builder?.kill();
  };
}
