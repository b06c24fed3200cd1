// Rebuilds while the local cloud runs.
import fs from "node:fs";
import path from "node:path";
import { bundles, root } from "./bundles.mjs";
import { writeBundle } from "./output.mjs";

const watchedFolders = ["functions", "api", "domain", "runtime"];

/**
 * Rebuilds functions and API when a source changes, each when one of its own files does, and sends `{ changed }` or
 * `{ error }` to the parent process.
 */
export async function watch() {
  const esbuild = await import("esbuild");
  /** The parent may have left meanwhile. @param {object} message */
  const tell = (message) => process.connected && process.send?.(message);
  // What is loaded together is new together.
  const groups = [["functions"], ["api"]].map((names) => {
    const members = bundles().filter(({ name }) => names.includes(name));
    return { members, contexts: members.map(({ options }) => esbuild.context(options)), inputs: new Set() };
  });
  /** @param {(typeof groups)[number]} group */
  const rebuild = async (group) => {
    try {
      const contexts = await Promise.all(group.contexts);
      const results = await Promise.all(contexts.map((context) => context.rebuild()));
      group.inputs = new Set(results.flatMap(({ metafile }) => Object.keys(metafile?.inputs ?? {})));
      const changed = new Set();
      for (const [index, bundle] of group.members.entries())
        for (const unit of await writeBundle(bundle, /** @type {import("esbuild").BuildResult} */ (results[index])))
          changed.add(unit);
      if (changed.size > 0) tell({ changed: [...changed] });
    } catch (error) {
      // The next edit may mend it, whichever file it is in.
      group.inputs.clear();
      tell({ error: error instanceof Error ? error.message : String(error) });
    }
  };
  await Promise.all(groups.map(rebuild));
  /** @type {Set<string>} */
  const edited = new Set();
  /** @type {NodeJS.Timeout | undefined} */
  let pending;
  let running = Promise.resolve();
  const rebuildEdited = async () => {
    const files = [...edited];
    edited.clear();
    const isConcerned = (/** @type {(typeof groups)[number]} */ { inputs }) =>
      inputs.size === 0 || files.some((file) => inputs.has(file));
    await Promise.all(groups.filter(isConcerned).map(rebuild));
  };
  for (const folder of watchedFolders)
    fs.watch(path.join(root, folder), { recursive: true }, (_, file) => {
      edited.add(path.posix.join(folder, String(file).split(path.sep).join("/")));
      clearTimeout(pending);
      // Editors write a file in several steps; a moment later they are done.
      pending = setTimeout(() => {
        running = running.then(rebuildEdited);
      }, 20);
    });
  process.on("disconnect", () => process.exit(0));
  tell({ ready: true });
}
