// Links the packages that deployed bundles use into folders of dist/packages/, apart from our own code. Of a bundle, the
// packages are nineteen parts in twenty and hardly ever change: linked once, they cost nothing when our code is edited.
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { dist, root } from "./bundles.mjs";
import { lean } from "./lean.mjs";

/** @typedef {import("./bundles.mjs").Bundle} Bundle */
/** @typedef {import("./imports.mjs").Imports} Imports */
/** @typedef {{ bundle: Bundle, imports: Imports }} Wanted what a bundle takes from packages */

const folderOfAll = path.join(dist, "packages");
/** The variable by which our code reaches its linked packages. */
export const LINKED = "__packages";

/** Whatever decides the linked bytes besides the imports. */
const recipe = [
  "package-lock.json",
  ...["bundles", "eager", "imports", "lean", "link"].map((name) => `build/${name}.mjs`),
];

/** Returns the folder of a bundle's linked packages. Bundles that import the same share one. @param {Wanted} wanted */
function folderOf({ bundle, imports }) {
  const hash = createHash("sha256").update(JSON.stringify([bundle.kind, [...imports.names], imports.texts]));
  for (const file of recipe) hash.update(fs.readFileSync(path.join(root, file)));
  return path.join(folderOfAll, hash.digest("hex").slice(0, 16));
}

/** Returns the name of the file that exports a text. @param {string} specifier */
export const textFile = (specifier) => `${specifier.replaceAll("/", "-")}.mjs`;

/** Returns the module that exports all of the imports: the n-th specifier's names end in _n. @param {Imports} imports */
const entryOf = ({ names }) =>
  [...names]
    .map(([specifier, taken], n) => `export { ${taken.map((name) => `${name} as ${name}_${n}`)} } from "${specifier}";`)
    .join("\n");

/**
 * Links what was not linked before, all of it in one go, because most of it is the same. Returns all folders.
 * @param {typeof import("esbuild")} esbuild @param {readonly Wanted[]} wanted
 */
async function linkMissing(esbuild, wanted) {
  const folders = wanted.map(folderOf);
  const missing = new Map(wanted.map((each, n) => [folders[n] ?? "", each]));
  for (const folder of missing.keys()) if (fs.existsSync(folder)) missing.delete(folder);
  const [first] = missing.values();
  if (!first) return folders;
  const { entryPoints: _ours, ...options } = first.bundle.options;
  const result = await esbuild.build({
    ...options,
    splitting: false,
    write: false,
    metafile: true,
    sourcemap: false,
    // Their names would cost INIT 3 ms.
    minifyIdentifiers: true,
    entryPoints: [...missing.keys()].map((folder) => ({
      in: `entry:${folder}`,
      out: `${path.basename(folder)}/packages`,
    })),
    outdir: folderOfAll,
    format: "iife",
    globalName: LINKED,
    outExtension: { ".js": ".cjs" },
    plugins: [entriesOf(missing), lean],
  });
  const { eager } = await import("./eager.mjs");
  for (const [folder, each] of missing) write(folder, result, each, eager);
  return folders;
}

/** @type {Promise<unknown>} */
let last = Promise.resolve();

/**
 * Links what the bundles take from packages, and returns the folder of each. One call waits for the other. Throws
 * esbuild's BuildFailure.
 * @param {typeof import("esbuild")} esbuild @param {readonly Wanted[]} wanted
 */
export function link(esbuild, wanted) {
  const linked = last.then(() => linkMissing(esbuild, wanted));
  // The caller hears of a failure. The next call only waits for the end of this one.
  last = linked.catch(() => undefined);
  return linked;
}

/**
 * Makes an entry point of each folder.
 * @param {ReadonlyMap<string, Wanted>} wanted by the folders @returns {import("esbuild").Plugin}
 */
const entriesOf = (wanted) => ({
  name: "entries",
  setup: (build) => {
    build.onResolve({ filter: /^entry:/ }, ({ path: entry }) => ({
      path: entry.replace("entry:", ""),
      namespace: "entries",
    }));
    build.onLoad({ filter: /./, namespace: "entries" }, ({ path: folder }) => {
      const { imports } = /** @type {Wanted} */ (wanted.get(folder));
      return { contents: entryOf(imports), resolveDir: root };
    });
  },
});

/**
 * Writes what of the result belongs into a folder, and the texts. A function's file holds the packages and our code; the
 * API's requires them.
 * @param {string} folder @param {import("esbuild").BuildResult} result @param {Wanted} wanted
 * @param {(code: string) => string} eager
 */
function write(folder, { outputFiles = [], metafile }, { bundle, imports }, eager) {
  // The folder has another name until it is complete.
  const unfinished = `${folder}-${process.pid}`;
  fs.mkdirSync(unfinished, { recursive: true });
  for (const { path: file, text } of outputFiles)
    if (path.dirname(file) === folder)
      fs.writeFileSync(
        path.join(unfinished, path.basename(file)),
        // The API calls other services in INIT, and runs most of its packages there. Functions gain nothing.
        bundle.kind === "api" ? `${eager(text)}module.exports=${LINKED};\n` : text,
      );
  for (const specifier of imports.texts) {
    const text = fs.readFileSync(path.join(root, "node_modules", specifier), "utf8");
    fs.writeFileSync(path.join(unfinished, textFile(specifier)), `export default ${JSON.stringify(text)};`);
  }
  const outputs = Object.entries(metafile?.outputs ?? {}).filter(
    ([file]) => path.dirname(path.join(root, file)) === folder,
  );
  fs.writeFileSync(path.join(unfinished, "meta.json"), JSON.stringify({ outputs: Object.fromEntries(outputs) }));
  fs.rmSync(folder, { recursive: true, force: true });
  fs.renameSync(unfinished, folder);
}
