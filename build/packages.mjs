// Links the packages that a deployed bundle uses, apart from our own code. Of a bundle, the packages are nineteen parts
// in twenty and hardly ever change: linked once and kept in dist/packages/, they cost nothing when our code is edited.
import { createHash } from "node:crypto";
import fs from "node:fs";
import { isBuiltin } from "node:module";
import path from "node:path";
import { dist, root } from "./bundles.mjs";
import { fileOf, lean, SELDOM_USED, seldomUsed } from "./lean.mjs";

/** @typedef {import("./bundles.mjs").Bundle} Bundle */

/**
 * The imports of a bundle from packages: the names by specifier, and nothing for a package that is imported as a whole
 * (`import * as z`). That one is bundled with our code, which uses little of it.
 * @typedef {Map<string, string[] | undefined>} Imports
 */

const folderOfAll = path.join(dist, "packages");
/** The variable by which our code reaches its linked packages. */
const LINKED = "__packages";
/** Dependencies in CommonJS ask for Node's own modules with require, which an ES module has to make. */
const WITH_REQUIRE = 'const require=process.getBuiltinModule("node:module").createRequire(import.meta.url);';

/** Whatever decides the linked bytes besides the imports. */
const recipe = () =>
  ["package-lock.json", "build/bundles.mjs", "build/lean.mjs", "build/packages.mjs"].map((file) =>
    fs.readFileSync(path.join(root, file), "utf8"),
  );

/**
 * Leaves files of packages that our code imports as text out of linking: each is a part of the file that imports it.
 * @type {import("esbuild").Plugin}
 */
const textOfPackages = {
  name: "text-of-packages",
  setup: (build) =>
    build.onResolve({ filter: /^[^./]/ }, ({ path: specifier, with: { type } }) =>
      type === "text" ? { path: path.join(root, "node_modules", specifier) } : undefined,
    ),
};

/**
 * Finds out what a bundle imports from packages.
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
    plugins: [textOfPackages],
  });
  const { parseSync } = await import("oxc-parser");
  const { module, errors } = parseSync(`${name}.mjs`, outputFiles?.[0]?.text ?? "");
  if (errors[0]) throw new Error(`${name}: ${errors[0].message}`);
  /** @type {Imports} */
  const imports = new Map();
  for (const { moduleRequest, entries } of module.staticImports) {
    const specifier = moduleRequest.value;
    if (isBuiltin(specifier)) continue;
    const isWhole = entries.some(({ importName }) => importName.kind === "NamespaceObject");
    const names = new Set(imports.get(specifier));
    for (const { importName } of entries) names.add(importName.name ?? "default");
    imports.set(specifier, isWhole ? undefined : [...names].sort());
  }
  return new Map([...imports].sort());
}

/** Returns the module that exports all of the imports: the n-th specifier's names end in _n. @param {Imports} imports */
const entryOf = (imports) =>
  [...imports]
    .map(
      ([specifier, names = []], n) =>
        `export { ${names.map((name) => `${name} as ${name}_${n}`)} } from "${specifier}";`,
    )
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
              entryPoints: imports.has("firebase-admin/auth")
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
const linked = (imports) => ({
  name: "linked-packages",
  setup: (build) => {
    const order = [...imports.keys()];
    build.onResolve({ filter: /^[^./]/ }, ({ path: specifier, importer, kind }) => {
      if (kind === "entry-point" || isBuiltin(specifier) || importer.includes("node_modules")) return undefined;
      if (!imports.has(specifier)) return { errors: [{ text: `"${specifier}" was not linked.` }] };
      return imports.get(specifier) && { path: specifier, namespace: "linked", sideEffects: false };
    });
    build.onLoad({ filter: /./, namespace: "linked" }, ({ path: specifier }) => {
      const names = imports.get(specifier) ?? [];
      const n = order.indexOf(specifier);
      const contents = names.map((name, i) => `const _${i} = ${LINKED}.${name}_${n};\nexport { _${i} as ${name} };`);
      return { contents: contents.join("\n") };
    });
  },
});

/**
 * Bundles our code with its packages linked. A function holds them in its one file; the API's are files beside it.
 * @param {typeof import("esbuild")} esbuild @param {Bundle} bundle @param {Imports} imports
 */
async function bundleLinked(esbuild, bundle, imports) {
  const isUsed = [...imports.values()].some((names) => names !== undefined);
  const folder = isUsed ? await link(esbuild, bundle, imports) : undefined;
  let js = "";
  if (folder && bundle.kind === "api") js = `${WITH_REQUIRE}const ${LINKED}=require("./packages.cjs");`;
  else if (folder) js = fs.readFileSync(path.join(folder, "packages.cjs"), "utf8");
  const result = await esbuild.build({ ...bundle.options, banner: { js }, plugins: [textOfPackages, linked(imports)] });
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
      /** @type {[string, string[] | null][]} */
      const imports = JSON.parse(fs.readFileSync(remembered, "utf8"));
      return await bundleLinked(
        esbuild,
        bundle,
        new Map(imports.map(([specifier, names]) => [specifier, names ?? undefined])),
      );
    } catch (error) {
      // A new import, or a mistake in the sources: the way from the start tells which, and reports the mistake.
      if (!(error instanceof Error && "errors" in error)) throw error;
    }
  }
  const imports = await importsOf(esbuild, bundle);
  const bundled = await bundleLinked(esbuild, bundle, imports);
  fs.mkdirSync(path.dirname(remembered), { recursive: true });
  fs.writeFileSync(remembered, JSON.stringify([...imports]));
  return bundled;
}
