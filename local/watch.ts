import fs from "node:fs";
import path from "node:path";
import { Worker } from "node:worker_threads";
import { type FSWatcher, watch } from "chokidar";
import type { LocalCloud } from "./local-cloud";
import type { Clock } from "./shared/clock";

/** The bundler's answer to a list of edited files. */
interface Rebuilt {
  /** The files it was given. */
  readonly files: readonly string[];
  /** The bundles that have new code. */
  readonly changed: readonly string[];
  /** The build's error, with file and line. */
  readonly errors: readonly string[];
}

export interface WatchSettings {
  /** The project's folder. */
  readonly root: string;
  readonly cloud: Pick<LocalCloud, "reload">;
  readonly clock: Clock;
  readonly print: (line: string) => void;
}

/** Editors write a file in several steps; so many milliseconds after the last one they are done. */
const SETTLING = 20;
/** The bundler starts so many milliseconds after the watch, so that it does not hold up the first requests. */
const BUNDLER_START = 100;
/** The bundler ends when nothing was edited for so many milliseconds, and gives back its memory. */
const BUNDLER_LIFE = 120_000;
/** The folders from which the functions and the API are built. */
const SOURCES = ["functions", "api", "domain", "runtime"];
/** The sources of the definition. A change there takes a restart. */
const DEFINITION_SOURCES = ["stacks", "environments", "main.ts"];

/**
 * Rebuilds on every edit and gives the functions whose code changed their new code. Sockets and everything else stay. An
 * error of the build is shown once, and the old code keeps running.
 *
 * The bundler, build/watch.mjs, is a thread that starts soon after the watch, because the first edit often comes then,
 * ends when there was no edit for two minutes, and starts again with the next. It is no process of its own, because a
 * process would live on if this one were killed.
 *
 * Returns a function that ends it all.
 */
export function watchSources({ root, cloud, clock, print }: WatchSettings): () => void {
  /** The files that no bundler has answered for yet. */
  const edited = new Set<string>();
  let bundler: Worker | undefined;
  let cancelEnd: (() => void) | undefined;
  let cancelRebuild: (() => void) | undefined;
  let shown = "";
  let ended = false;

  const endBundler = () => {
    const ending = bundler;
    bundler = undefined;
    cancelEnd?.();
    void ending?.terminate();
  };
  const hear = ({ files, changed, errors }: Rebuilt) => {
    for (const file of files) edited.delete(file);
    const error = errors.join("\n");
    if (error !== "" && error !== shown) print(`${error}\nThe code before that edit keeps running.`);
    shown = error;
    if (changed.length === 0) return;
    cloud.reload(changed);
    print(`New code: ${changed.join(", ")}.`);
  };
  const start = () => {
    const worker = new Worker(path.join(root, "build/watch.mjs"), {
      name: "bundler",
      execArgv: [],
      // esbuild is written in Go: its garbage collector keeps it small when it runs twice as often as usual.
      env: { ...process.env, GOGC: "50" },
      resourceLimits: { maxYoungGenerationSizeMb: 3 },
    });
    let reason = "it ended";
    // An answer that was under way when the bundler ended is nobody's: its files are built again with the next edit.
    worker.on("message", (rebuilt: Rebuilt) => {
      if (worker === bundler) hear(rebuilt);
    });
    worker.on("error", (error) => {
      reason = error instanceof Error ? error.message : String(error);
    });
    worker.on("exit", () => {
      if (worker !== bundler) return;
      endBundler();
      print(`The bundler failed: ${reason}. The next edit starts it again, and no edit is lost.`);
    });
    return worker;
  };
  const getReady = () => {
    bundler ??= start();
    cancelEnd?.();
    cancelEnd = clock.after(BUNDLER_LIFE, endBundler);
    return bundler;
  };
  const rebuild = () => getReady().postMessage([...edited]);
  const edit = (file: string) => {
    if (ended) return;
    // The bundler and esbuild's service start, if they have to, while the file settles.
    getReady().postMessage([]);
    edited.add(file);
    cancelRebuild?.();
    cancelRebuild = clock.after(SETTLING, rebuild);
  };
  let stale = false;
  const editDefinition = () => {
    if (!stale) print("The definition changed: restart to apply it.");
    stale = true;
  };
  const folders = SOURCES.filter((folder) => fs.existsSync(path.join(root, folder)));
  let cancelStart: (() => void) | undefined;
  const sources = watchFiles(root, folders, edit).on("ready", () => {
    for (const file of editedSinceBuild(root, folders)) edit(file);
    if (!ended) cancelStart = clock.after(BUNDLER_START, getReady);
  });
  const watchers = [sources, watchFiles(root, DEFINITION_SOURCES, editDefinition)];
  return () => {
    ended = true;
    for (const watcher of watchers) void watcher.close();
    cancelStart?.();
    cancelRebuild?.();
    endBundler();
  };
}

/** Calls `edited` for every file that is written, made or removed from now on, with its path relative to `root`. */
function watchFiles(root: string, sources: readonly string[], edited: (file: string) => void): FSWatcher {
  return watch([...sources], { cwd: root, ignoreInitial: true }).on("all", (event, file) => {
    if (event !== "addDir" && event !== "unlinkDir") edited(file.split(path.sep).join("/"));
  });
}

/** Lists the files that were written after the build that runs and before anybody watched. */
function editedSinceBuild(root: string, folders: readonly string[]): string[] {
  const built = fs.statSync(path.join(root, "dist/build.json"), { throwIfNoEntry: false });
  const files = folders.flatMap((folder) =>
    fs
      .readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" })
      .map((file) => path.posix.join(folder, file.split(path.sep).join("/"))),
  );
  return files.filter((file) => {
    const source = fs.statSync(path.join(root, file), { throwIfNoEntry: false });
    return built && source?.isFile() && source.mtimeMs > built.mtimeMs;
  });
}
