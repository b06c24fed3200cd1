// Builds one bundle and writes it into dist/: only what changed, source maps apart from what is deployed, and nothing
// that is left over.
import fs from "node:fs";
import path from "node:path";
import { dist, root } from "./bundles.mjs";
import { bundleWithPackages } from "./packages.mjs";

/** @typedef {import("./bundles.mjs").Bundle} Bundle */

/**
 * The result of a build: our own sources and the files written, relative to the project, the folder of the linked packages,
 * and whether any byte is new.
 * @typedef {{ sources: string[], files: string[], packages: string | undefined, changed: boolean }} Built
 */

/** @param {string} file @param {Uint8Array} bytes @returns {boolean} whether the file was different before */
function writeIfChanged(file, bytes) {
  if (fs.existsSync(file) && fs.readFileSync(file).equals(bytes)) return false;
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, bytes);
  return true;
}

/**
 * Makes a zip that depends on the content only: one file, one fixed date and mode, no extra fields.
 * @param {Uint8Array} bytes
 */
async function deterministicZip(bytes) {
  const { zipSync } = await import("fflate");
  // Midnight of 1 January 1980 in whatever time zone this is: the zip format stores local time without a zone.
  const mtime = new Date(1980, 0, 1);
  return zipSync({ "index.cjs": [bytes, { mtime, level: 6, os: 3, attrs: (0o100644 << 16) >>> 0 }] });
}

/** Deletes every file of a folder but these. @param {string} folder @param {ReadonlySet<string>} keep */
function removeOthers(folder, keep) {
  for (const entry of fs.readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath ?? entry.path, entry.name);
    if (entry.isFile() && !keep.has(file)) fs.rmSync(file);
  }
}

/**
 * Builds a bundle. Throws esbuild's BuildFailure, whose message names file and line.
 *
 * @param {typeof import("esbuild")} esbuild @param {Bundle} bundle
 * @param {boolean} deploying false for the local cloud, which needs no zips
 * @returns {Promise<Built>}
 */
export async function buildBundle(esbuild, bundle, deploying) {
  const { name, kind } = bundle;
  const { result, folder } =
    kind === "program" || kind === "browser"
      ? { result: await esbuild.build(bundle.options), folder: undefined }
      : await bundleWithPackages(esbuild, bundle);
  const { outputFiles = [], metafile } = result;
  const outdir = String(bundle.options.outdir);
  /** @type {Set<string>} */
  const written = new Set();
  let changed = false;
  /** @param {string} file @param {Uint8Array} bytes */
  const emit = (file, bytes) => {
    written.add(file);
    if (writeIfChanged(file, bytes)) changed = true;
  };
  for (const { path: file, contents } of outputFiles)
    if (file.endsWith(".map")) writeIfChanged(path.join(dist, "maps", path.relative(dist, file)), contents);
    else emit(file, contents);
  if (kind === "function") {
    const zip = path.join(outdir, `${name}.zip`);
    // The next build that is to be deployed makes the zip that is missing.
    if (changed) fs.rmSync(zip, { force: true });
    if (deploying && !fs.existsSync(zip))
      emit(zip, await deterministicZip(fs.readFileSync(path.join(outdir, "index.cjs"))));
    else written.add(zip);
  }
  if (kind === "api") {
    emit(path.join(outdir, "Dockerfile"), fs.readFileSync(path.join(root, "api/Dockerfile")));
    for (const file of folder === undefined ? [] : fs.readdirSync(folder))
      if (/\.[cm]js$/.test(file)) emit(path.join(outdir, file), fs.readFileSync(path.join(folder ?? "", file)));
  }
  if (kind !== "program") removeOthers(outdir, written);
  writeIfChanged(path.join(dist, "meta", `${name}.json`), Buffer.from(JSON.stringify(metafile)));
  const packages = folder === undefined ? '{"outputs":{}}' : fs.readFileSync(path.join(folder, "meta.json"), "utf8");
  if (kind === "function" || kind === "api")
    writeIfChanged(path.join(dist, "meta", `${name}.packages.json`), Buffer.from(packages));
  return {
    sources: Object.keys(metafile?.inputs ?? {}).filter((file) => !/node_modules\/|^linked:/.test(file)),
    files: [...written].map((file) => path.relative(root, file)),
    packages: folder,
    changed,
  };
}
