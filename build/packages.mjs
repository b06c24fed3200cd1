// Links the packages that a deployed bundle uses, apart from our own code. Of a bundle, the packages are nineteen parts
// in twenty and hardly ever change: linked once and kept in dist/packages/, they cost nothing when our code is edited.
import { createHash } from "node:crypto";
import fs from "node:fs";
import { isBuiltin } from "node:module";
import path from "node:path";
import { dist, root } from "./bundles.mjs";
import { importsOf } from "./imports.mjs";
import { fileOf, lean, SELDOM_USED, seldomUsed } from "./lean.mjs";

/** @typedef {import("./bundles.mjs").Bundle} Bundle */

/** @typedef {import("./imports.mjs").Imports} Imports */

const folderOfAll = path.join(dist, "packages");
/** The variable by which our code reaches its linked packages. */
const LINKED = "__packages";
/** Dependencies in CommonJS ask for Node's own modules with require, which an ES module has to make. */
const WITH_REQUIRE = 'const require=process.getBuiltinModule("node:module").createRequire(import.meta.url);';

/** Whatever decides the linked bytes besides the imports. */
const recipe = () =>
  ["package-lock.json", "build/bundles.mjs", "build/imports.mjs", "build/lean.mjs", "build/packages.mjs"].map((file) =>
    fs.readFileSync(path.join(root, file), "utf8"),
  );

/** Returns the name of the file that exports a text. @param {string} specifier */
const textFile = (specifier) => `${fileOf(specifier)}.mjs`;

/** Returns the module that exports all of the imports: the n-th specifier's names end in _n. @param {Imports} imports */
const entryOf = (imports) =>
  [...imports.names]
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
    .update(JSON.stringify([kind, [...imports.names], imports.texts, recipe()]))
    .digest("hex")
    .slice(0, 16);
  const folder = path.join(folderOfAll, key);
  if (fs.existsSync(folder)) return folder;
  const work = async () => {
    const { entryPoints: _ours, ...shared } = options;
    /** @type {import("esbuild").BuildOptions} */
    const common = {
      ...shared,
      write: false,
      metafile: true,
      sourcemap: false,
      outdir: folder,
      plugins: [lean],
    };
    const stdin = { contents: entryOf(imports), resolveDir: root };
    const builds =
      kind === "function"
        ? [{ ...common, stdin, entryNames: "packages", format: /** @type {const} */ ("iife"), globalName: LINKED }]
        : [
            {
              ...common,
              stdin,
              entryNames: "packages",
              splitting: false,
              format: /** @type {const} */ ("cjs"),
              outExtension: { ".js": ".cjs" },
              plugins: [seldomUsed, lean],
            },
            {
              ...common,
              entryPoints: imports.names.has("firebase-admin/auth")
                ? SELDOM_USED.map((specifier) => ({ in: specifier, out: fileOf(specifier) }))
                : [],
              splitting: false,
              format: /** @type {const} */ ("cjs"),
              outExtension: { ".js": ".cjs" },
            },
          ];
    const results = await Promise.all(builds.map((each) => esbuild.build(each)));
    // Under another name until it is complete.
    const unfinished = `${folder}-${process.pid}`;
    fs.mkdirSync(unfinished, { recursive: true });
    for (const { path: file, contents } of results.flatMap(({ outputFiles }) => outputFiles ?? []))
      fs.writeFileSync(path.join(unfinished, path.basename(file)), contents);
    for (const specifier of imports.texts) {
      const text = fs.readFileSync(path.join(root, "node_modules", specifier), "utf8");
      fs.writeFileSync(path.join(unfinished, textFile(specifier)), `export default ${JSON.stringify(text)};`);
    }
    const outputs = Object.assign({}, ...results.map(({ metafile }) => metafile?.outputs));
    fs.writeFileSync(path.join(unfinished, "meta.json"), JSON.stringify({ outputs }));
    fs.rmSync(folder, { recursive: true, force: true });
    fs.renameSync(unfinished, folder);
  };
  const done = linking.get(key) ?? work().finally(() => linking.delete(key));
  linking.set(key, done);
  await done;
  return folder;
}

/** Lets our code take each import from the linked packages. @param {Imports} imports @returns {import("esbuild").Plugin} */
const linked = ({ names, texts }) => ({
  name: "linked-packages",
  setup: (build) => {
    const order = [...names.keys()];
    build.onResolve({ filter: /^[^./]/ }, ({ path: specifier, kind, with: { type } }) => {
      if (kind === "entry-point" || isBuiltin(specifier)) return undefined;
      if (type === "text" && texts.includes(specifier)) return { path: `./${textFile(specifier)}`, external: true };
      if (!names.has(specifier)) return { errors: [{ text: `"${specifier}" was not linked.` }] };
      return { path: specifier, namespace: "linked", sideEffects: false };
    });
    build.onLoad({ filter: /./, namespace: "linked" }, ({ path: specifier }) => {
      const n = order.indexOf(specifier);
      const contents = names
        .get(specifier)
        ?.map((name, i) => `const _${i} = ${LINKED}.${name}_${n};\nexport { _${i} as ${name} };`);
      return { contents: contents?.join("\n") ?? "" };
    });
  },
});

/**
 * Bundles our code with its packages linked. A function holds them in its one file; the API's are files beside it.
 * @param {typeof import("esbuild")} esbuild @param {Bundle} bundle @param {Imports} imports
 */
async function bundleLinked(esbuild, bundle, imports) {
  const folder = imports.names.size > 0 ? await link(esbuild, bundle, imports) : undefined;
  let js = "";
  if (folder && bundle.kind === "api") js = `${WITH_REQUIRE}const ${LINKED}=require("./packages.cjs");`;
  else if (folder) js = fs.readFileSync(path.join(folder, "packages.cjs"), "utf8");
  const result = await esbuild.build({
    ...bundle.options,
    banner: { js },
    // A name that is used of a namespace and was not linked.
    logOverride: { "import-is-undefined": "error" },
    plugins: [linked(imports)],
  });
  return { result, folder };
}

/**
 * Bundles what is deployed, and returns esbuild's result and the folder of the linked packages, if there are any.
 * Throws esbuild's BuildFailure.
 *
 * @param {typeof import("esbuild")} esbuild @param {Bundle} bundle
 * @param {boolean} exactly false to take the imports of the last time, which is quicker, as long as they suffice
 */
export async function bundleWithPackages(esbuild, bundle, exactly) {
  const remembered = path.join(dist, "meta", `${bundle.name}.imports.json`);
  if (!exactly && fs.existsSync(remembered)) {
    try {
      const { names, texts } = JSON.parse(fs.readFileSync(remembered, "utf8"));
      return await bundleLinked(esbuild, bundle, { names: new Map(names), texts });
    } catch (error) {
      // A new import, or a mistake in the sources: the way from the start tells which, and reports the mistake.
      if (!(error instanceof Error && "errors" in error)) throw error;
    }
  }
  const imports = await importsOf(esbuild, bundle);
  const bundled = await bundleLinked(esbuild, bundle, imports);
  fs.mkdirSync(path.dirname(remembered), { recursive: true });
  fs.writeFileSync(remembered, JSON.stringify({ ...imports, names: [...imports.names] }));
  return bundled;
}
