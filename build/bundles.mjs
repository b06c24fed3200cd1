// Says what is bundled, from which entry files and with which options.
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { lazily } from "./lazily.mjs";

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
export const dist = path.join(root, "dist");

/**
 * One bundle. The packages of a deployed one are linked into it (packages.mjs); a program that runs on this machine only
 * takes its packages from node_modules; what runs in a browser has none.
 * @typedef {{ name: string, kind: "function" | "api" | "program" | "browser", options: import("esbuild").BuildOptions }} Bundle
 */

/** Lists the functions' names: one entry file each, directly in functions/. */
export const functionNames = () =>
  fs
    .readdirSync(path.join(root, "functions"))
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".d.ts"))
    .map((file) => path.basename(file, ".ts"))
    .sort();

/** @type {import("esbuild").BuildOptions} */
const common = {
  absWorkingDir: root,
  bundle: true,
  write: false,
  metafile: true,
  platform: "node",
  // The same bytes run on the laptop (Node 20 or later) and on the deployed Node 24.
  target: "node20",
  preserveSymlinks: true,
  logLevel: "silent",
};

/** @type {import("esbuild").BuildOptions} */
const deployed = {
  ...common,
  minifySyntax: true,
  minifyWhitespace: true,
  // Our names stay as they are, for the stacks in the log. To minify them and to put them back at run time costs INIT 2 ms.
  mainFields: ["module", "main"],
  sourcemap: "external",
  // The sources are in the repository, at the commit that was deployed.
  sourcesContent: false,
  legalComments: "none",
};

/** @type {import("esbuild").BuildOptions} */
const program = {
  ...common,
  // Node.js takes 0.3 s longer to link the commands as an ES module with packages that are none.
  format: "cjs",
  packages: "external",
  sourcemap: "inline",
  outExtension: { ".js": ".cjs" },
};

/** @type {import("esbuild").BuildOptions} */
const browser = {
  ...common,
  platform: "browser",
  target: "es2023",
  format: "esm",
  minify: true,
  sourcemap: "external",
  legalComments: "none",
};

/** Returns the bundles that are deployed, functions first. @returns {Bundle[]} */
export const deployedBundles = () => [
  ...functionNames().map((name) => ({
    name,
    kind: /** @type {const} */ ("function"),
    options: /** @type {import("esbuild").BuildOptions} */ ({
      ...deployed,
      format: "cjs",
      entryPoints: { index: `functions/${name}.ts` },
      outdir: path.join(dist, "functions", name),
      outExtension: { ".js": ".cjs" },
    }),
  })),
  {
    name: "api",
    kind: "api",
    options: {
      ...deployed,
      format: "esm",
      // The page of the documentation, which is imported dynamically, is a file of its own that INIT does not read.
      splitting: true,
      entryPoints: { index: "api/lambda.ts" },
      outdir: path.join(dist, "api"),
      outExtension: { ".js": ".mjs" },
      chunkNames: "[hash]",
    },
  },
];

/** Returns what browsers load: the client's module, and the page of the local cloud. @returns {Bundle[]} */
export const browserBundles = () => [
  {
    name: "client",
    kind: "browser",
    options: { ...browser, entryPoints: { terrace: "client/index.ts" }, outdir: path.join(dist, "client") },
  },
  {
    name: "page",
    kind: "browser",
    options: {
      ...browser,
      entryPoints: ["page/main.ts", "page/style.css", "page/index.html"],
      loader: { ".html": "copy" },
      outdir: path.join(dist, "page"),
    },
  },
];

/** Returns the programs of this machine: the CDKTF program, the commands and the local cloud. @returns {Bundle[]} */
export const programs = () => [
  { name: "app", kind: "program", options: { ...program, entryPoints: { main: "main.ts" }, outdir: dist } },
  {
    name: "commands",
    kind: "program",
    options: {
      ...program,
      banner: { js: lazily },
      entryPoints: { terrace: "commands/terrace.ts" },
      outdir: path.join(dist, "commands"),
    },
  },
  {
    name: "local",
    kind: "program",
    options: {
      ...program,
      entryPoints: {
        main: "local/main.ts",
        instance: "local/lambda/instance.ts",
        database: "local/dynamodb/thread/main.ts",
      },
      outdir: path.join(dist, "local"),
    },
  },
];
