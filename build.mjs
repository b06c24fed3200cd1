// Bundles everything that runs: the functions and the API (the bytes that are deployed), the CDKTF program and
// the local cloud. Plain JavaScript, because it is what makes TypeScript runnable.
//
//   node build.mjs            builds what is out of date, in dist/
//   node build.mjs --synth    the same, and synthesizes cdktf.out if the build or the definition changed
//   node build.mjs --watch    rebuilds functions and API on every edit; tells its parent process which changed
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = path.dirname(fileURLToPath(import.meta.url));
const dist = path.join(root, "dist");
const stampFile = path.join(dist, "build.json");
const synthStampFile = path.join(dist, "synth.json");
/** Everything that decides the output besides the sources that a bundle lists itself. */
const recipe = ["build.mjs", "package-lock.json", "api/Dockerfile"];
/** What a running local cloud rebuilds by itself. */
export const watchedFolders = ["functions", "api", "domain"];

/** @typedef {{ name: string, options: import("esbuild").BuildOptions }} Bundle */

/** The functions' names: one entry file each, directly in functions/. */
const functionNames = () =>
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
function bundles() {
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
      name: "local",
      options: {
        ...common(),
        format: "cjs",
        packages: "external",
        sourcemap: "inline",
        entryPoints: { main: "local/main.ts", instance: "local/instance.ts" },
        outdir: path.join(dist, "local"),
        outExtension: { ".js": ".cjs" },
      },
    },
  ];
}

/** @param {string} file @param {Uint8Array} bytes @returns {boolean} whether the file was different before */
function writeIfChanged(file, bytes) {
  if (fs.existsSync(file) && fs.readFileSync(file).equals(bytes)) return false;
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, bytes);
  return true;
}

/**
 * A zip that depends on the content only: one file, one fixed date and mode, no extra fields.
 * @param {Uint8Array} bytes
 */
async function deterministicZip(bytes) {
  const { zipSync } = await import("fflate");
  // Midnight of 1 January 1980 in whatever time zone this is: the zip format stores local time without a zone.
  const mtime = new Date(1980, 0, 1);
  return zipSync({ "index.cjs": [bytes, { mtime, level: 9, os: 3, attrs: (0o100644 << 16) >>> 0 }] });
}

/**
 * Writes one bundle's output, source maps apart from what is deployed, and removes what is no longer part of it.
 * @param {Bundle} bundle @param {import("esbuild").BuildResult} result @returns {Promise<Set<string>>} changed units
 */
async function writeBundle(bundle, result) {
  const changed = new Set();
  const written = new Set();
  const outdir = String(bundle.options.outdir);
  const unitOf = (/** @type {string} */ file) =>
    bundle.name === "functions" ? String(path.relative(outdir, file).split(path.sep)[0]) : "api";
  /** @param {string} file @param {Uint8Array} bytes */
  const emit = (file, bytes) => {
    written.add(file);
    if (writeIfChanged(file, bytes)) changed.add(unitOf(file));
  };
  for (const { path: file, contents } of result.outputFiles ?? []) {
    if (file.endsWith(".map")) {
      writeIfChanged(path.join(dist, "maps", path.relative(dist, file)), contents);
      continue;
    }
    emit(file, contents);
    if (bundle.name === "functions") {
      const zip = path.join(outdir, unitOf(file), `${unitOf(file)}.zip`);
      if (changed.has(unitOf(file)) || !fs.existsSync(zip)) emit(zip, await deterministicZip(contents));
      else written.add(zip);
    }
  }
  if (bundle.name === "api") emit(path.join(outdir, "Dockerfile"), fs.readFileSync(path.join(root, "api/Dockerfile")));
  if (bundle.name === "functions" || bundle.name === "platform") removeOthers(outdir, written);
  return changed;
}

/** @param {string} folder @param {Set<string>} keep */
function removeOthers(folder, keep) {
  for (const entry of fs.readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath ?? entry.path, entry.name);
    if (entry.isFile() && !keep.has(file)) fs.rmSync(file);
  }
}

const digest = (/** @type {string} */ text) => createHash("sha256").update(text).digest("hex");
const recipeDigest = () =>
  digest(JSON.stringify([functionNames(), recipe.map((file) => [file, readOrNothing(path.join(root, file))])]));
const readOrNothing = (/** @type {string} */ file) => (fs.existsSync(file) ? fs.readFileSync(file, "utf8") : "");
const signature = (/** @type {string} */ file) => {
  const stat = fs.statSync(path.join(root, file), { throwIfNoEntry: false });
  return stat ? `${stat.mtimeMs}:${stat.size}` : "missing";
};

/** Whether dist/ is what the sources say: nothing is read but the stamp, the recipe and the sources' dates. */
function isFresh() {
  const text = readOrNothing(stampFile);
  if (!text) return false;
  const stamp = JSON.parse(text);
  return (
    stamp.recipe === recipeDigest() &&
    stamp.outputs.every((/** @type {string} */ file) => fs.existsSync(path.join(root, file))) &&
    Object.entries(stamp.inputs).every(([file, known]) => signature(file) === known)
  );
}

/** Builds every bundle if anything is out of date. Throws esbuild's BuildFailure, whose messages name file and line. */
export async function build() {
  if (isFresh()) return;
  const esbuild = await import("esbuild");
  const inputs = new Set();
  const outputs = new Set();
  await Promise.all(
    bundles().map(async (bundle) => {
      const result = await esbuild.build(bundle.options);
      await writeBundle(bundle, result);
      const { metafile } = /** @type {{ metafile: import("esbuild").Metafile }} */ (result);
      writeIfChanged(path.join(dist, "meta", `${bundle.name}.json`), Buffer.from(JSON.stringify(metafile)));
      for (const file of Object.keys(metafile.inputs)) if (!file.includes("node_modules/")) inputs.add(file);
      for (const file of Object.keys(metafile.outputs)) if (!file.endsWith(".map")) outputs.add(file);
    }),
  );
  const stamp = {
    recipe: recipeDigest(),
    inputs: Object.fromEntries([...inputs].sort().map((file) => [file, signature(file)])),
    outputs: [...outputs].sort(),
  };
  fs.writeFileSync(stampFile, JSON.stringify(stamp, null, 1));
}

/** What cdktf.out was made from; it changes too when another program synthesizes there. */
function synthesis() {
  const variables = [process.env.TERRACE_ACCOUNT_ID, process.env.TERRACE_IMAGE_DIGEST];
  const output = signature("cdktf.out/stacks/development/cdk.tf.json");
  return digest(JSON.stringify([readOrNothing(stampFile), variables, output]));
}

/** Synthesizes cdktf.out unless it comes from this very build. Exits with the program's own status if that fails. */
function synthesize() {
  if (readOrNothing(synthStampFile) === synthesis()) return;
  const { status } = spawnSync(process.execPath, [path.join(dist, "main.cjs")], { cwd: root, stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
  fs.writeFileSync(synthStampFile, synthesis());
}

/**
 * Rebuilds functions and API when a source changes, each when one of its own files does, and sends `{ changed }` or
 * `{ error }` to the parent process.
 */
async function watch() {
  const esbuild = await import("esbuild");
  /** The parent may have left meanwhile. @param {object} message */
  const tell = (message) => process.connected && process.send?.(message);
  // What is loaded together is new together.
  const groups = [["functions"], ["api", "platform"]].map((names) => {
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

if (process.argv[1] && import.meta.url === pathToFileURL(fs.realpathSync(process.argv[1])).href) {
  try {
    if (process.argv.includes("--watch")) await watch();
    else await build();
    if (process.argv.includes("--synth")) synthesize();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  }
}
