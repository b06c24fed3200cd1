// Rebuilds what edits concern. Runs in a worker thread of the local cloud (local/watch.ts), which watches the sources.
//
// Takes lists of edited files, relative to the project, and answers each with { files, changed, errors }: the files,
// the bundles with new code, and what failed to build. An empty list says that a file is being edited, and has no
// answer. esbuild's service is a process, and ends when this thread's pipe to it closes, however this thread ends.
import fs from "node:fs";
import path from "node:path";
import { parentPort } from "node:worker_threads";
import esbuild from "esbuild";
import { deployedBundles, dist } from "./bundles.mjs";
import { buildBundle } from "./output.mjs";

/**
 * Our sources of each bundle by its name, from the last build. After a failed one they are unknown: the next edit may
 * mend it, whichever file it is in.
 * @type {Map<string, ReadonlySet<string>>}
 */
const sources = new Map();
for (const { name } of deployedBundles()) {
  const meta = path.join(dist, "meta", `${name}.json`);
  if (fs.existsSync(meta)) sources.set(name, new Set(Object.keys(JSON.parse(fs.readFileSync(meta, "utf8")).inputs)));
}

/** @param {readonly string[]} files */
async function rebuild(files) {
  /** @type {string[]} */
  const changed = [];
  /** @type {string[]} */
  const errors = [];
  const isConcerned = (/** @type {string} */ name) => files.some((file) => sources.get(name)?.has(file) ?? true);
  const bundles = deployedBundles().filter(({ name }) => isConcerned(name));
  const build = async (/** @type {import("./bundles.mjs").Bundle} */ bundle) => {
    try {
      const built = await buildBundle(esbuild, bundle, false);
      sources.set(bundle.name, new Set(built.sources));
      if (built.changed) changed.push(bundle.name);
    } catch (error) {
      // Only esbuild's BuildFailure is about the sources. After anything else this thread is of no more use.
      if (!(error instanceof Error && "errors" in error)) throw error;
      sources.delete(bundle.name);
      errors.push(error.message);
    }
  };
  await Promise.all(bundles.map(build));
  return { files, changed: changed.sort(), errors: [...new Set(errors)].sort() };
}

// esbuild's service starts with the first work that esbuild gets, which here is none, and ends after every rebuild: it
// would keep its memory until the next edit.
let running = Promise.resolve();
parentPort?.on("message", (/** @type {readonly string[]} */ files) => {
  running = running.then(async () => {
    if (files.length === 0) await esbuild.transform("");
    else {
      parentPort?.postMessage(await rebuild(files));
      await esbuild.stop();
    }
  });
});
