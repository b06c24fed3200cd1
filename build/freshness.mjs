// Tells whether dist/ and cdktf.out are what the sources say, without reading more than the sources' dates.
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { dist, functionNames, root } from "./bundles.mjs";

const stampFile = path.join(dist, "build.json");
const synthStampFile = path.join(dist, "synth.json");
/** Everything that decides the output besides the sources that a bundle lists itself. */
const recipe = [
  "build.mjs",
  "build/bundles.mjs",
  "build/eager.mjs",
  "build/imports.mjs",
  "build/lazily.mjs",
  "build/lean.mjs",
  "build/link.mjs",
  "build/output.mjs",
  "build/packages.mjs",
  "package-lock.json",
  "api/Dockerfile",
];

const digest = (/** @type {string} */ text) => createHash("sha256").update(text).digest("hex");
const recipeDigest = () =>
  digest(JSON.stringify([functionNames(), recipe.map((file) => [file, readOrNothing(path.join(root, file))])]));
const readOrNothing = (/** @type {string} */ file) => (fs.existsSync(file) ? fs.readFileSync(file, "utf8") : "");
const signature = (/** @type {string} */ file) => {
  const stat = fs.statSync(path.join(root, file), { throwIfNoEntry: false });
  return stat ? `${stat.mtimeMs}:${stat.size}` : "missing";
};

/** Tells whether dist/ is what the sources say. Nothing is read but the stamp, the recipe and the sources' dates. */
export function isFresh() {
  const text = readOrNothing(stampFile);
  if (!text) return false;
  const stamp = JSON.parse(text);
  return (
    stamp.recipe === recipeDigest() &&
    stamp.outputs.every((/** @type {string} */ file) => fs.existsSync(path.join(root, file))) &&
    // Whatever is in this folder is put into the image.
    fs.readdirSync(path.join(dist, "api")).every((file) => stamp.outputs.includes(path.join("dist/api", file))) &&
    Object.entries(stamp.inputs).every(([file, known]) => signature(file) === known)
  );
}

/** Remembers what dist/ was built from. @param {Iterable<string>} inputs @param {Iterable<string>} outputs */
export function remember(inputs, outputs) {
  const stamp = {
    recipe: recipeDigest(),
    inputs: Object.fromEntries([...inputs].sort().map((file) => [file, signature(file)])),
    outputs: [...outputs].sort(),
  };
  fs.writeFileSync(stampFile, JSON.stringify(stamp, null, 1));
}

/** Digests what cdktf.out was made from; it changes too when another program synthesizes there. */
function synthesis() {
  const variables = [process.env.TERRACE_ACCOUNT_ID, process.env.TERRACE_IMAGE_DIGEST];
  const output = signature("cdktf.out/stacks/development/cdk.tf.json");
  // The digest of an image that is assembled depends on what is locked of its base.
  const lock = readOrNothing(path.join(root, "image/lock.json"));
  return digest(JSON.stringify([readOrNothing(stampFile), variables, lock, output]));
}

export const isSynthesized = () => readOrNothing(synthStampFile) === synthesis();
export const rememberSynthesis = () => fs.writeFileSync(synthStampFile, synthesis());
