import { type ChildProcess, fork } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import type { LocalCloud } from "./local-cloud";

/** What the process of `node build.mjs --watch` says. */
interface BuildMessage {
  readonly ready?: boolean;
  /** The bundles that are new. */
  readonly changed?: readonly string[];
  readonly error?: string;
}

/** Milliseconds until the bundler starts, so that it does not compete with the first requests. It misses no edit. */
const START_AFTER = 1_000;
/** What the definition is made from: a change there takes a restart. */
const DEFINITION_SOURCES = ["stacks", "environments", "main.ts"];

/**
 * Rebuilds on every edit, in a process of its own, and gives the functions whose code changed their new code. Sockets
 * and everything else stay. An error of the build is shown once, and the old code keeps running.
 */
export function watchSources(root: string, cloud: Pick<LocalCloud, "reload">) {
  let builder: ChildProcess | undefined;
  let shown: string | undefined;
  const start = setTimeout(() => {
    builder = fork(path.join(root, "build.mjs"), ["--watch"], { cwd: root });
    builder.on("message", ({ changed, error }: BuildMessage) => {
      if (error !== undefined && error !== shown) console.error(`${error}\nThe code before that edit keeps running.`);
      shown = error;
      if (!changed) return;
      cloud.reload(changed);
      console.log(`New code: ${changed.join(", ")}.`);
    });
  }, START_AFTER);
  const watchers = DEFINITION_SOURCES.map((source) =>
    fs.watch(path.join(root, source), { recursive: true }, () => {
      console.log("The definition changed: restart to apply it.");
    }),
  );
  return {
    stop() {
      for (const watcher of watchers) watcher.close();
      clearTimeout(start);
      builder?.kill();
    },
  };
}
