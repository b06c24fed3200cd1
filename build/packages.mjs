// Bundles our code of what is deployed with the packages that it takes, which are linked apart (link.mjs).
import fs from "node:fs";
import { isBuiltin } from "node:module";
import path from "node:path";
import { dist } from "./bundles.mjs";
import { importsOf } from "./imports.mjs";
import { LINKED, link, textFile } from "./link.mjs";

/** @typedef {import("./bundles.mjs").Bundle} Bundle */
/** @typedef {import("./imports.mjs").Imports} Imports */

/** Dependencies in CommonJS ask for Node's own modules with require, which an ES module has to make. */
const WITH_REQUIRE = 'const require=process.getBuiltinModule("node:module").createRequire(import.meta.url);';

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
  const [folder] = imports.names.size > 0 ? await link(esbuild, [{ bundle, imports }]) : [];
  let js = "";
  if (folder) {
    if (bundle.kind === "api") js = `${WITH_REQUIRE}const ${LINKED}=require("./packages.cjs");`;
    else js = fs.readFileSync(path.join(folder, "packages.cjs"), "utf8");
  }
  const result = await esbuild.build({
    ...bundle.options,
    banner: { js },
    // A name that is used of a namespace and was not linked.
    logOverride: { "import-is-undefined": "error" },
    plugins: [linked(imports)],
  });
  return { result, folder };
}

const fileOfImports = (/** @type {Bundle} */ { name }) => path.join(dist, "meta", `${name}.imports.json`);

/** @param {Bundle} bundle @param {Imports} imports */
function remember(bundle, imports) {
  const file = fileOfImports(bundle);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, JSON.stringify({ ...imports, names: [...imports.names] }));
}

/**
 * Finds out what bundles take from packages, remembers it, and links it, for all of them at once. Throws esbuild's
 * BuildFailure.
 *
 * @param {typeof import("esbuild")} esbuild @param {readonly Bundle[]} bundles
 */
export async function linkPackages(esbuild, bundles) {
  const wanted = await Promise.all(
    bundles.map(async (bundle) => ({ bundle, imports: await importsOf(esbuild, bundle) })),
  );
  await link(
    esbuild,
    wanted.filter(({ imports }) => imports.names.size > 0),
  );
  for (const { bundle, imports } of wanted) remember(bundle, imports);
}

/**
 * Bundles what is deployed, and returns esbuild's result and the folder of the linked packages, if there are any. It
 * takes the imports that are remembered as long as they suffice: after an edit they may be more than are used any more.
 * Throws esbuild's BuildFailure.
 *
 * @param {typeof import("esbuild")} esbuild @param {Bundle} bundle
 */
export async function bundleWithPackages(esbuild, bundle) {
  const file = fileOfImports(bundle);
  if (fs.existsSync(file)) {
    try {
      const { names, texts } = JSON.parse(fs.readFileSync(file, "utf8"));
      return await bundleLinked(esbuild, bundle, { names: new Map(names), texts });
    } catch (error) {
      // A new import, or a mistake in the sources: the way from the start tells which, and reports the mistake.
      if (!(error instanceof Error && "errors" in error)) throw error;
    }
  }
  const imports = await importsOf(esbuild, bundle);
  const bundled = await bundleLinked(esbuild, bundle, imports);
  remember(bundle, imports);
  return bundled;
}
