// Links the packages that a deployed bundle uses, apart from our own code. Of a bundle, the packages are nineteen parts
// in twenty and hardly ever change: linked once and kept in dist/packages/, they cost nothing when our code is edited.
import { createHash } from "node:crypto";
import fs from "node:fs";
import { isBuiltin } from "node:module";
import path from "node:path";
import { parseSync } from "oxc-parser";
import { dist, root } from "./bundles.mjs";

/** @typedef {import("./bundles.mjs").Bundle} Bundle */

/** What a bundle imports by name from packages: the names by specifier. @typedef {Map<string, string[]>} Imports */

const folderOfAll = path.join(dist, "packages");
/** The variable by which our code reaches its linked packages. */
const LINKED = "__packages";
/** Dependencies in CommonJS ask for Node's own modules with require, which an ES module has to make. */
const WITH_REQUIRE = 'import{createRequire as __r}from"node:module";const require=__r(import.meta.url);';

/** Whatever decides the linked bytes besides the imports. */
const recipe = () =>
  ["package-lock.json", "build/bundles.mjs", "build/packages.mjs"].map((file) =>
    fs.readFileSync(path.join(root, file), "utf8"),
  );

/**
 * Returns what a bundle imports from packages. Packages imported as a whole (`import * as z`) are not in it: they are
 * bundled with our code, which uses little of them.
 *
 * @param {typeof import("esbuild")} esbuild @param {Bundle} bundle @returns {Promise<Imports>}
 */
async function importsOf(esbuild, { name, options }) {
  // Bundled without packages, our code says in a few statements at its top what it takes from where.
  const { outputFiles } = await esbuild.build({
    ...options,
    write: false,
    format: "esm",
    packages: "external",
    splitting: false,
    minify: false,
    sourcemap: false,
    metafile: false,
  });
  const { module, errors } = parseSync(`${name}.mjs`, outputFiles?.[0]?.text ?? "");
  if (errors[0]) throw new Error(`${name}: ${errors[0].message}`);
  /** @type {Map<string, Set<string>>} */
  const imports = new Map();
  for (const { moduleRequest, entries } of module.staticImports) {
    const specifier = moduleRequest.value;
    if (isBuiltin(specifier) || entries.some(({ importName }) => importName.kind === "NamespaceObject")) continue;
    const names = imports.get(specifier) ?? new Set();
    for (const { importName } of entries) names.add(importName.name ?? "default");
    imports.set(specifier, names);
  }
  return new Map([...imports].sort().map(([specifier, names]) => [specifier, [...names].sort()]));
}

/** Returns the module that exports all of the imports: the n-th specifier's names end in _n. @param {Imports} imports */
const entryOf = (imports) =>
  [...imports]
    .map(([specifier, names], n) => `export { ${names.map((name) => `${name} as ${name}_${n}`)} } from "${specifier}";`)
    .join("\n");

/** @type {Map<string, Promise<void>>} */
const linking = new Map();

/**
 * Links the imports into a folder of dist/packages/, unless that was done before, and returns the folder. Bundles that
 * import the same share one.
 *
 * @param {typeof import("esbuild")} esbuild @param {Bundle} bundle @param {Imports} imports
 */
async function link(esbuild, { kind, options }, imports) {
  const key = createHash("sha256")
    .update(JSON.stringify([kind, [...imports], recipe()]))
    .digest("hex")
    .slice(0, 16);
  const folder = path.join(folderOfAll, key);
  if (fs.existsSync(folder)) return folder;
  const work = async () => {
    const { entryPoints: _ours, ...shared } = options;
    const { outputFiles, metafile } = await esbuild.build({
      ...shared,
      ...(kind === "api"
        ? { chunkNames: "packages-[hash]", banner: { js: WITH_REQUIRE } }
        : { format: "iife", globalName: LINKED }),
      write: false,
      metafile: true,
      sourcemap: false,
      stdin: { contents: entryOf(imports), resolveDir: root },
      entryNames: "packages",
      outdir: folder,
    });
    // Under another name until it is complete.
    const unfinished = `${folder}-${process.pid}`;
    fs.mkdirSync(unfinished, { recursive: true });
    for (const { path: file, contents } of outputFiles)
      fs.writeFileSync(path.join(unfinished, path.basename(file)), contents);
    fs.writeFileSync(path.join(unfinished, "meta.json"), JSON.stringify(metafile));
    fs.rmSync(folder, { recursive: true, force: true });
    fs.renameSync(unfinished, folder);
  };
  const done = linking.get(key) ?? work().finally(() => linking.delete(key));
  linking.set(key, done);
  await done;
  return folder;
}

/** Lets our code take each import from the linked packages. @param {Imports} imports @returns {import("esbuild").Plugin} */
const linked = (imports) => ({
  name: "linked-packages",
  setup: (build) => {
    const order = [...imports.keys()];
    build.onResolve({ filter: /^[^./]/ }, ({ path: specifier, importer }) =>
      imports.has(specifier) && !importer.includes("node_modules")
        ? { path: specifier, namespace: "linked", sideEffects: false }
        : undefined,
    );
    build.onLoad({ filter: /./, namespace: "linked" }, ({ path: specifier }) => {
      const names = imports.get(specifier) ?? [];
      const n = order.indexOf(specifier);
      const contents = names.map((name, i) => `const _${i} = ${LINKED}.${name}_${n};\nexport { _${i} as ${name} };`);
      return { contents: contents.join("\n") };
    });
  },
});

/**
 * Links the packages of a deployed bundle and returns the esbuild options that bundle our code with them, and the
 * folder of the linked packages, if there are any. A function holds them in its one file; the API's are files beside it.
 *
 * @param {typeof import("esbuild")} esbuild @param {Bundle} bundle
 */
export async function withPackages(esbuild, bundle) {
  const imports = await importsOf(esbuild, bundle);
  if (imports.size === 0) return { options: bundle.options, folder: undefined };
  const folder = await link(esbuild, bundle, imports);
  const js =
    bundle.kind === "api"
      ? `import*as ${LINKED} from"./packages.mjs";`
      : fs.readFileSync(path.join(folder, "packages.cjs"), "utf8");
  return { options: { ...bundle.options, banner: { js }, plugins: [linked(imports)] }, folder };
}
