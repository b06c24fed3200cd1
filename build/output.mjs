// Writes bundles into dist/: only what changed, source maps apart from what is deployed, and nothing that is left over.
import fs from "node:fs";
import path from "node:path";
import { dist, root } from "./bundles.mjs";

/** @typedef {import("./bundles.mjs").Bundle} Bundle */

/** @param {string} file @param {Uint8Array} bytes @returns {boolean} whether the file was different before */
export function writeIfChanged(file, bytes) {
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
export async function writeBundle(bundle, result) {
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
  if (bundle.name === "functions" || bundle.name === "api") removeOthers(outdir, written);
  return changed;
}

/** @param {string} folder @param {Set<string>} keep */
function removeOthers(folder, keep) {
  for (const entry of fs.readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath ?? entry.path, entry.name);
    if (entry.isFile() && !keep.has(file)) fs.rmSync(file);
  }
}
