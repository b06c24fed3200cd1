// What is bundled, from which entry files and how.
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
export const dist = path.join(root, "dist");

/** @typedef {{ name: string, options: import("esbuild").BuildOptions }} Bundle */

/** The functions' names: one entry file each, directly in functions/. */
export const functionNames = () =>
  fs
    .readdirSync(path.join(root, "functions"))
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".d.ts"))
    .map((file) => path.basename(file, ".ts"))
    .sort();

/** @returns {import("esbuild").BuildOptions} */
const common = () => ({
  absWorkingDir: root,
  bundle: true,
  write: false,
  metafile: true,
  platform: "node",
  // The same bytes run on the laptop (Node 20 or later) and on the deployed Node 24.
  target: "node20",
  preserveSymlinks: true,
  logLevel: "silent",
});

/** @returns {import("esbuild").BuildOptions} */
const deployed = () => ({
  ...common(),
  minify: true,
  keepNames: true,
  mainFields: ["module", "main"],
  sourcemap: "external",
  // The sources are in the repository, at the commit that was deployed.
  sourcesContent: false,
  legalComments: "none",
});

/** @returns {import("esbuild").BuildOptions} */
const module = () => ({
  ...deployed(),
  format: "esm",
  outExtension: { ".js": ".mjs" },
  // Dependencies in CommonJS ask for Node's own modules with require, which an ES module has to make.
  banner: { js: 'import{createRequire as __r}from"node:module";const require=__r(import.meta.url);' },
});

/**
 * What the API loads later is a bundle of its own. Split off the first, it would share files with it, and every file
 * that is read at start costs time.
 * @type {import("esbuild").Plugin}
 */
const platformApart = {
  name: "platform-apart",
  setup: (build) =>
    build.onResolve({ filter: /^\.\/platform$/ }, () => ({ path: "./platform/index.mjs", external: true })),
};

/** @returns {Bundle[]} */
export function bundles() {
  return [
    {
      name: "functions",
      options: {
        ...deployed(),
        format: "cjs",
        entryPoints: Object.fromEntries(functionNames().map((name) => [`${name}/index`, `functions/${name}.ts`])),
        outdir: path.join(dist, "functions"),
        outExtension: { ".js": ".cjs" },
      },
    },
    {
      name: "api",
      options: {
        ...module(),
        entryPoints: { index: "api/lambda.ts" },
        outdir: path.join(dist, "api"),
        plugins: [platformApart],
      },
    },
    {
      name: "platform",
      options: {
        ...module(),
        splitting: true,
        entryPoints: { index: "api/platform.ts" },
        outdir: path.join(dist, "api/platform"),
        chunkNames: "[hash]",
      },
    },
    {
      name: "app",
      options: {
        ...common(),
        format: "cjs",
        packages: "external",
        sourcemap: "inline",
        entryPoints: { main: "main.ts" },
        outdir: dist,
        outExtension: { ".js": ".cjs" },
      },
    },
    {
      name: "commands",
      options: {
        ...common(),
        format: "esm",
        packages: "external",
        sourcemap: "inline",
        entryPoints: { terrace: "commands/terrace.ts" },
        outdir: path.join(dist, "commands"),
        outExtension: { ".js": ".mjs" },
      },
    },
    {
      name: "local",
      options: {
        ...common(),
        format: "cjs",
        packages: "external",
        sourcemap: "inline",
        entryPoints: { main: "local/main.ts", instance: "local/lambda/instance.ts" },
        outdir: path.join(dist, "local"),
        outExtension: { ".js": ".cjs" },
      },
    },
  ];
}
