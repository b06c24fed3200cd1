// Finds out what our code of a bundle takes from packages.
import { isBuiltin } from "node:module";

/** @typedef {import("./bundles.mjs").Bundle} Bundle */

/**
 * The imports of a bundle from packages: names by specifier, and the specifiers of files that are imported as text. Of a
 * package that is imported as a namespace (`import * as z`) the names are those that are used.
 * @typedef {{ names: Map<string, string[]>, texts: string[] }} Imports
 */

/** @param {typeof import("esbuild")} esbuild @param {Bundle} bundle @returns {Promise<Imports>} */
export async function importsOf(esbuild, { name, options }) {
  /** @type {Set<string>} */
  const texts = new Set();
  // Bundled without packages, our code says in a few statements at its top what it takes from where.
  const { outputFiles } = await esbuild.build({
    ...options,
    write: false,
    format: "esm",
    packages: "external",
    splitting: false,
    minify: false,
    // An import counts even if the finished bundle leaves out the code that uses it.
    treeShaking: false,
    sourcemap: false,
    metafile: false,
    plugins: [
      {
        name: "texts",
        setup: (build) =>
          build.onResolve({ filter: /^[^./]/ }, ({ path: specifier, with: { type } }) => {
            if (type === "text") texts.add(specifier);
            return undefined;
          }),
      },
    ],
  });
  const { parseSync, Visitor } = await import("oxc-parser");
  const { module, program, errors } = parseSync(`${name}.mjs`, outputFiles?.[0]?.text ?? "");
  if (errors[0]) throw new Error(`${name}: ${errors[0].message}`);
  /** @type {Map<string, Set<string>>} */
  const names = new Map();
  /** The names of each namespace's package, by the variable that holds the namespace. @type {Map<string, Set<string>>} */
  const namespaces = new Map();
  for (const { moduleRequest, entries } of module.staticImports) {
    const specifier = moduleRequest.value;
    if (isBuiltin(specifier) || texts.has(specifier)) continue;
    const taken = names.get(specifier) ?? new Set();
    names.set(specifier, taken);
    for (const { importName, localName } of entries)
      if (importName.kind === "NamespaceObject") namespaces.set(localName.value, taken);
      else taken.add(importName.name ?? "default");
  }
  new Visitor({
    MemberExpression({ object, property, computed }) {
      if (object.type !== "Identifier" || property.type !== "Identifier" || computed) return;
      namespaces.get(object.name)?.add(property.name);
    },
  }).visit(program);
  const sorted = [...names].sort().map(([specifier, taken]) => /** @type {const} */ ([specifier, [...taken].sort()]));
  return { names: new Map(sorted), texts: [...texts].sort() };
}
